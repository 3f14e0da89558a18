package io.brume.store.machine;

import io.brume.store.Bytes;
import io.brume.store.KeyRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The forms of a log entry, of its answer and of the machine's own rows. They are on disk and
 * between members: a new form gets a new first byte, and the old one stays readable.
 */
public final class Wire {
    private static final byte[] FORM = {1};

    private static final int ABSENT = 0;
    private static final int PRESENT = 1;

    private static final int CONFLICT = 0;
    private static final int TOO_OLD = 1;
    private static final int COMMITTED = 2;

    private Wire() {}

    /** One commit as it lies in a log entry. */
    public static byte[] encode(Commit commit) {
        ByteSink out = new ByteSink(256);
        out.number(commit.readRevision());
        out.number(commit.keys().size());
        commit.keys().forEach(out::bytes);
        out.number(commit.ranges().size());
        for (KeyRange<Bytes> range : commit.ranges()) {
            out.bytes(range.from());
            Bytes to = range.to();
            if (to == null) {
                out.number(ABSENT);
            } else {
                out.number(PRESENT).bytes(to);
            }
        }
        writes(commit.writes(), out);
        return out.toByteArray();
    }

    /** A log entry of commits that are encoded already. */
    public static byte[] entry(List<byte[]> commits) {
        int size = commits.stream().mapToInt(commit -> commit.length).sum();
        ByteSink out = new ByteSink(size + 16);
        out.raw(FORM).number(commits.size());
        commits.forEach(out::raw);
        return out.toByteArray();
    }

    static List<Commit> commits(byte[] entry) {
        ByteSource in = open(entry);
        int count = in.count();
        List<Commit> commits = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            commits.add(commit(in));
        }
        end(in);
        return commits;
    }

    private static Commit commit(ByteSource in) {
        long readRevision = in.number();
        int keyCount = in.count();
        List<Bytes> keys = new ArrayList<>(keyCount);
        for (int i = 0; i < keyCount; i++) {
            keys.add(in.bytes());
        }
        int rangeCount = in.count();
        List<KeyRange<Bytes>> ranges = new ArrayList<>(rangeCount);
        for (int i = 0; i < rangeCount; i++) {
            Bytes from = in.bytes();
            ranges.add(new KeyRange<>(from, in.number() == PRESENT ? in.bytes() : null));
        }
        return new Commit(readRevision, keys, ranges, writes(in));
    }

    private static void writes(Map<Bytes, Optional<byte[]>> writes, ByteSink out) {
        out.number(writes.size());
        writes.forEach((key, value) -> {
            out.bytes(key);
            value.ifPresentOrElse(
                    bytes -> out.number(PRESENT).bytes(bytes), () -> out.number(ABSENT));
        });
    }

    private static Map<Bytes, Optional<byte[]>> writes(ByteSource in) {
        int count = in.count();
        Map<Bytes, Optional<byte[]>> writes = LinkedHashMap.newLinkedHashMap(count);
        for (int i = 0; i < count; i++) {
            Bytes key = in.bytes();
            writes.put(key, in.number() == PRESENT ? Optional.of(in.array()) : Optional.empty());
        }
        return writes;
    }

    static byte[] answer(List<Outcome> outcomes) {
        ByteSink out = new ByteSink(outcomes.size() * 6 + 4);
        out.raw(FORM).number(outcomes.size());
        for (Outcome outcome : outcomes) {
            switch (outcome) {
                case Outcome.Conflict() -> out.number(CONFLICT);
                case Outcome.TooOld() -> out.number(TOO_OLD);
                case Outcome.Committed(long revision) -> out.number(COMMITTED).number(revision);
            }
        }
        return out.toByteArray();
    }

    /** What became of each commit of an entry, in the entry's order. */
    public static List<Outcome> outcomes(byte[] answer) {
        ByteSource in = open(answer);
        int count = in.count();
        List<Outcome> outcomes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int kind = (int) in.number();
            outcomes.add(
                    switch (kind) {
                        case CONFLICT -> new Outcome.Conflict();
                        case TOO_OLD -> new Outcome.TooOld();
                        case COMMITTED -> new Outcome.Committed(in.number());
                        default -> throw new IllegalArgumentException("outcome " + kind);
                    });
        }
        end(in);
        return outcomes;
    }

    static byte[] block(Block block) {
        ByteSink out = new ByteSink(block.size() + 64);
        out.raw(FORM).number(block.firstRevision()).number(block.writes().size());
        block.writes().forEach(writes -> writes(writes, out));
        return out.toByteArray();
    }

    static Block block(byte[] stored) {
        ByteSource in = open(stored);
        long first = in.number();
        int count = in.count();
        List<Map<Bytes, Optional<byte[]>>> writes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            writes.add(writes(in));
        }
        end(in);
        return Block.of(first, writes);
    }

    static byte[] head(Head head) {
        return new ByteSink(48)
                .raw(FORM)
                .number(head.position().term())
                .number(head.position().index() + 1)
                .number(head.revision())
                .number(head.floor())
                .toByteArray();
    }

    static Head head(byte[] stored) {
        ByteSource in = open(stored);
        Position position = new Position(in.number(), in.number() - 1);
        Head head = new Head(position, in.number(), in.number());
        end(in);
        return head;
    }

    private static ByteSource open(byte[] bytes) {
        ByteSource in = new ByteSource(bytes);
        long form = in.number();
        if (form != FORM[0]) {
            throw new IllegalArgumentException("form " + form + " is not known");
        }
        return in;
    }

    private static void end(ByteSource in) {
        if (!in.atEnd()) {
            throw new IllegalArgumentException("bytes follow the end");
        }
    }
}
