package io.brume.store.machine;

import io.brume.store.Bytes;
import io.brume.store.KeyRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The replicated machine: applies the entries of the log, in order, to rows. Everything that it
 * decides depends on the entries and the rows alone.
 *
 * <p>One thread calls it. After a {@link RowsFailedException} it refuses to go on: a new one is
 * made over rows that are opened anew.
 */
public final class CommitMachine {
    private static final Bytes HEAD = Bytes.wrap(new byte[] {0, 0, 1});
    private static final Bytes BLOCKS = Bytes.wrap(new byte[] {0, 0, 2});
    private static final int LOAD_PAGE = 64;

    private final Rows rows;
    private final RecentChanges recent;
    private Head head = Head.NONE;
    private boolean failed;

    /** Takes up where the rows are. */
    public CommitMachine(Rows rows) {
        this(rows, RecentChanges.MAX_BYTES, RecentChanges.MAX_COMMITS);
    }

    /** With another memory, which must be the same on every member. */
    public CommitMachine(Rows rows, int maxRecentBytes, int maxRecentCommits) {
        this.rows = rows;
        this.recent = new RecentChanges(maxRecentBytes, maxRecentCommits);
        load();
    }

    /** Takes up where the rows are now: after they were replaced by another member's. */
    public void load() {
        try (RowView view = rows.view()) {
            byte[] stored = view.get(HEAD);
            head = stored == null ? Head.NONE : Wire.head(stored);
            recent.reset(head.floor());
            failed = false;
            Bytes from = BLOCKS;
            List<Row> page;
            do {
                page = view.scan(from, BLOCKS.prefixEnd(), LOAD_PAGE);
                for (Row row : page) {
                    remember(Wire.block(row.value()));
                    from = row.key().successor();
                }
            } while (page.size() == LOAD_PAGE);
        }
    }

    private void remember(Block block) {
        long revision = block.firstRevision();
        for (Map<Bytes, Optional<byte[]>> writes : block.writes()) {
            recent.wrote(revision++, writes);
        }
        recent.add(block);
    }

    /** How far the machine has come. */
    public Head head() {
        return head;
    }

    /** What has changed lately. */
    public RecentChanges recent() {
        return recent;
    }

    /**
     * Applies one entry.
     *
     * @param position above every earlier one
     * @return the answer, in the form that {@link Wire#outcomes} reads
     * @throws RowsFailedException if the rows failed now or before
     */
    public byte[] apply(Position position, byte[] entry) {
        checkHealthy();
        if (position.index() <= head.position().index()) {
            throw new IllegalArgumentException(position + " is not after " + head.position());
        }
        failed = true;
        List<Map<Bytes, Optional<byte[]>>> applied = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        for (Commit commit : Wire.commits(entry)) {
            Outcome outcome = check(commit, applied);
            if (outcome instanceof Outcome.Committed(long revision)) {
                recent.wrote(revision, commit.writes());
                applied.add(commit.writes());
            }
            outcomes.add(outcome);
        }
        write(position, applied);
        failed = false;
        return Wire.answer(outcomes);
    }

    private Outcome check(Commit commit, List<Map<Bytes, Optional<byte[]>>> applied) {
        long since = commit.readRevision();
        boolean blind = commit.keys().isEmpty() && commit.ranges().isEmpty();
        if (!blind) {
            if (since < recent.floor()) {
                return new Outcome.TooOld();
            }
            for (Bytes key : commit.keys()) {
                if (recent.changed(key, since)) {
                    return new Outcome.Conflict();
                }
            }
            for (KeyRange<Bytes> range : commit.ranges()) {
                if (recent.changed(range, since, applied)) {
                    return new Outcome.Conflict();
                }
            }
        }
        return new Outcome.Committed(head.revision() + applied.size() + 1);
    }

    private void write(Position position, List<Map<Bytes, Optional<byte[]>>> applied) {
        Map<Bytes, Optional<byte[]>> changes = new LinkedHashMap<>();
        applied.forEach(changes::putAll);
        if (!applied.isEmpty()) {
            Block block = Block.of(head.revision() + 1, applied);
            recent.add(block);
            changes.put(row(block), Optional.of(Wire.block(block)));
            recent.trim().forEach(forgotten -> changes.put(row(forgotten), Optional.empty()));
        }
        head = new Head(position, head.revision() + applied.size(), recent.floor());
        changes.put(HEAD, Optional.of(Wire.head(head)));
        rows.write(changes);
    }

    /** Notes that the log has come to a position without anything to apply. */
    public void pass(Position position) {
        checkHealthy();
        if (position.index() > head.position().index()) {
            failed = true;
            head = new Head(position, head.revision(), head.floor());
            rows.write(Map.of(HEAD, Optional.of(Wire.head(head))));
            failed = false;
        }
    }

    /** Forgets the log that made these rows: they are the beginning of another one. */
    public void beginLog() {
        checkHealthy();
        failed = true;
        head = new Head(Position.NONE, head.revision(), head.floor());
        rows.write(Map.of(HEAD, Optional.of(Wire.head(head))));
        failed = false;
    }

    private void checkHealthy() {
        if (failed) {
            throw new RowsFailedException("an earlier entry could not be applied", null);
        }
    }

    private static Bytes row(Block block) {
        byte[] suffix = new byte[Long.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            suffix[i] = (byte) (block.lastRevision() >>> (56 - 8 * i));
        }
        return BLOCKS.concat(Bytes.wrap(suffix));
    }
}
