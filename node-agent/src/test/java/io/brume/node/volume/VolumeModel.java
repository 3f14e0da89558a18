package io.brume.node.volume;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a volume may say, sector by sector: knows which writes were called, answered and flushed, at
 * which of the coordinators that followed one another, and throws when an answer contradicts that.
 */
final class VolumeModel {
    /** One write to a range of sectors; zeroes write 0. */
    static final class Write {
        final int coordinator;
        final int first;
        final int count;
        final long value;
        final long calledAt;
        final long order;
        boolean ended;
        boolean ok;

        /** Parts of it are there before the whole is. */
        boolean inParts;

        Write(int coordinator, int first, int count, long value, long calledAt, long order) {
            this.coordinator = coordinator;
            this.first = first;
            this.count = count;
            this.value = value;
            this.calledAt = calledAt;
            this.order = order;
        }
    }

    /** A read that is under way. */
    static final class Read {
        final int coordinator;
        final int first;
        final int count;
        final long calledAt;
        final @Nullable Write[] before;

        /** What each sector could be when it was called; empty for one that has no parts. */
        final List<List<Long>> possible = new ArrayList<>();

        /** The coordinator that served when it was called. */
        int calledUnder;

        Read(int coordinator, int first, int count, long calledAt, @Nullable Write[] before) {
            this.coordinator = coordinator;
            this.first = first;
            this.count = count;
            this.calledAt = calledAt;
            this.before = before;
        }
    }

    /** A flush that is under way: what it covers. */
    record Flush(int coordinator, long calledAt, long[] positions) {}

    /**
     * How a coordinator met a sector first.
     *
     * @param writer the latest coordinator that may have written what was read, without an answer;
     *     -1 when nobody may
     */
    private record Touch(int coordinator, boolean read, long value, int writer) {}

    private static final class Sector {
        final List<Long> possible = new ArrayList<>(List.of(0L));
        final List<Write> pending = new ArrayList<>();
        final List<Touch> touches = new ArrayList<>();
        // What it was since the last flush, oldest first; since.get(0) has the position base.
        final List<Long> since = new ArrayList<>(List.of(0L));
        long base;
        @Nullable Write acked;
        long ackedAt = -1;
        int ackedBy = -1;
    }

    private final Sector[] sectors;
    private final Map<Integer, @Nullable Write[]> lastCalled = new HashMap<>();
    private final Map<Integer, Long> firstSuccess = new HashMap<>();
    private long calls;
    private int current = -1;
    private boolean powerLost;
    long reads;
    long writes;
    long flushes;

    VolumeModel(int count) {
        sectors = new Sector[count];
        for (int i = 0; i < count; i++) {
            sectors[i] = new Sector();
        }
    }

    void powerLost() {
        powerLost = true;
    }

    /** A coordinator answered well. */
    private void succeeded(int coordinator, long calledAt, long now, boolean changes) {
        for (var later : firstSuccess.entrySet()) {
            if (later.getKey() > coordinator && changes) {
                if (calledAt > later.getValue()) {
                    throw new AssertionError(
                            ("coordinator %d succeeds with what was called at %d, after %d had"
                                            + " served at %d")
                                    .formatted(
                                            coordinator,
                                            calledAt,
                                            later.getKey(),
                                            later.getValue()));
                }
            }
        }
        firstSuccess.putIfAbsent(coordinator, now);
        if (coordinator > current) {
            current = coordinator;
            takeOver();
        }
    }

    private void takeOver() {
        for (Sector sector : sectors) {
            for (Write write : sector.pending) {
                // Its own that had failed before anything succeeded may be there, too.
                boolean failed = write.ended && !write.ok;
                if (write.coordinator < current || (write.coordinator == current && failed)) {
                    add(sector.possible, write.value);
                }
            }
            if (powerLost) {
                sector.since.forEach(value -> add(sector.possible, value));
            }
            if (sector.possible.size() > 1) {
                sector.since.addAll(sector.possible);
            }
        }
    }

    private static void add(List<Long> values, long value) {
        if (!values.contains(value)) {
            values.add(value);
        }
    }

    Write write(int coordinator, int first, int count, long value, long now) {
        var write = new Write(coordinator, first, count, value, now, ++calls);
        for (int i = first; i < first + count; i++) {
            sectors[i].pending.add(write);
            lastCalled(coordinator)[i] = write;
        }
        return write;
    }

    void written(Write write, int error, boolean durable, long now) {
        write.ended = true;
        if (error != 0) {
            if (write.coordinator == current) {
                for (int i = write.first; i < write.first + write.count; i++) {
                    // Old or new, or new at the next opening.
                    add(sectors[i].possible, write.value);
                    sectors[i].since.add(write.value);
                }
            }
            return;
        }
        write.ok = true;
        writes++;
        succeeded(write.coordinator, write.calledAt, now, true);
        for (int i = write.first; i < write.first + write.count; i++) {
            Sector sector = sectors[i];
            Write known = sector.acked;
            if (known != null
                    && known.coordinator == write.coordinator
                    && known.order > write.order) {
                // Only one that was cut up is answered after one that was called later.
                if (!write.inParts) {
                    throw new AssertionError(
                            "sector %d: %d out of order".formatted(i, write.value));
                }
                sector.pending.remove(write);
                // It was there before the other one, and may be there again when power goes.
                sector.since.add(sector.since.size() - 1, write.value);
                continue;
            }
            sector.acked = write;
            if (write.coordinator < current) {
                lateSuccess(i, write);
            } else {
                touch(sector, new Touch(write.coordinator, false, write.value, write.coordinator));
                sector.possible.clear();
                sector.possible.add(write.value);
                sector.ackedAt = now;
                sector.ackedBy = write.coordinator;
                sector.since.add(write.value);
                if (durable) {
                    trim(sector, sector.base + sector.since.size() - 1);
                }
            }
            sector.pending.remove(write);
        }
    }

    /** It must have taken effect before a newer coordinator opened the volume. */
    private void lateSuccess(int index, Write write) {
        Sector sector = sectors[index];
        for (Touch touch : sector.touches) {
            if (touch.coordinator <= write.coordinator) {
                continue;
            }
            if (touch.read) {
                // Or a coordinator in between had written over it, and got no answer.
                boolean explained = touch.value == write.value || touch.writer > write.coordinator;
                for (Write other : sector.pending) {
                    explained |=
                            other.coordinator == write.coordinator
                                    && other.calledAt >= write.calledAt
                                    && other.value == touch.value;
                }
                if (!explained) {
                    throw new AssertionError(
                            "sector %d: %d of coordinator %d succeeds after %d read %d"
                                    .formatted(
                                            index,
                                            write.value,
                                            write.coordinator,
                                            touch.coordinator,
                                            touch.value));
                }
            }
            return;
        }
        sector.possible.clear();
        sector.possible.add(write.value);
        for (Write other : sector.pending) {
            if (other != write && other.coordinator < current) {
                add(sector.possible, other.value);
            }
        }
        sector.since.add(write.value);
        if (powerLost) {
            sector.since.forEach(value -> add(sector.possible, value));
        }
    }

    private static int writer(Sector sector, long value) {
        int latest = -1;
        for (Write write : sector.pending) {
            if (write.value == value) {
                latest = Math.max(latest, write.coordinator);
            }
        }
        return latest;
    }

    private static void touch(Sector sector, Touch touch) {
        for (Touch known : sector.touches) {
            if (known.coordinator == touch.coordinator) {
                return;
            }
        }
        sector.touches.add(touch);
    }

    private static void trim(Sector sector, long position) {
        int some = (int) (position - sector.base);
        if (some > 0) {
            sector.since.subList(0, some).clear();
            sector.base = position;
        }
    }

    /**
     * A read is called.
     *
     * @param inParts a write that was called later may be answered before the whole is
     */
    Read read(int coordinator, int first, int count, boolean inParts, long now) {
        var before = new @Nullable Write[count];
        for (int i = 0; i < count; i++) {
            before[i] = lastCalled(coordinator)[first + i];
        }
        var read = new Read(coordinator, first, count, now, before);
        read.calledUnder = current;
        if (inParts) {
            for (int i = 0; i < count; i++) {
                read.possible.add(List.copyOf(sectors[first + i].possible));
            }
        }
        return read;
    }

    private @Nullable Write[] lastCalled(int coordinator) {
        return lastCalled.computeIfAbsent(coordinator, key -> new @Nullable Write[sectors.length]);
    }

    void wasRead(Read read, long[] values, long now) {
        reads++;
        succeeded(read.coordinator, read.calledAt, now, false);
        for (int i = 0; i < read.count; i++) {
            int index = read.first + i;
            Sector sector = sectors[index];
            if (sector.ackedBy > read.coordinator && sector.ackedAt < read.calledAt) {
                throw new AssertionError(
                        "sector %d: coordinator %d reads at %d what %d had changed at %d"
                                .formatted(
                                        index,
                                        read.coordinator,
                                        read.calledAt,
                                        sector.ackedBy,
                                        sector.ackedAt));
            }
            Write before = read.before[i];
            if (before != null) {
                if (!before.ended && !before.inParts) {
                    throw new AssertionError(
                            "sector %d: read before %d was written".formatted(index, before.value));
                }
                if (!before.ended && sector.possible.contains(values[i])) {
                    continue;
                }
                if (before.ok || !before.ended) {
                    if (values[i] != before.value) {
                        throw new AssertionError(
                                "sector %d: coordinator %d reads %d, but wrote %d before"
                                        .formatted(
                                                index, read.coordinator, values[i], before.value));
                    }
                    continue;
                }
            }
            if (!read.possible.isEmpty()
                    && (read.calledUnder != current || read.possible.get(i).contains(values[i]))) {
                continue;
            }
            if (read.coordinator == current) {
                if (!sector.possible.contains(values[i])) {
                    throw new AssertionError(
                            "sector %d: coordinator %d reads %d; possible are %s"
                                    .formatted(
                                            index, read.coordinator, values[i], sector.possible));
                }
                sector.possible.clear();
                sector.possible.add(values[i]);
                touch(
                        sector,
                        new Touch(read.coordinator, true, values[i], writer(sector, values[i])));
                if (sector.since.getLast() != values[i]) {
                    sector.since.add(values[i]);
                }
            }
        }
    }

    Flush flush(int coordinator, long now) {
        var positions = new long[sectors.length];
        for (int i = 0; i < sectors.length; i++) {
            Sector sector = sectors[i];
            positions[i] =
                    sector.possible.size() > 1 || coordinator != current
                            ? 0
                            : sector.base + sector.since.size() - 1;
        }
        return new Flush(coordinator, now, positions);
    }

    void flushed(Flush flush, long now) {
        flushes++;
        succeeded(flush.coordinator, flush.calledAt, now, true);
        if (flush.coordinator == current) {
            for (int i = 0; i < sectors.length; i++) {
                trim(sectors[i], flush.positions[i]);
            }
        }
    }

    /** What a sector is, when that is known. */
    List<Long> possible(int sector) {
        return sectors[sector].possible;
    }
}
