package io.brume.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a volume must hold: the changes that were made, in order. After a crash a replica has all of
 * them up to its last sequence, which is not below the last flushed one, and nothing of the others.
 */
final class VolumeModel {
    final String volumeId;
    final int blocks;

    /** Contents that no change made: what a write in place left when the power went. */
    private static final Map<Long, byte[]> RAW = new ConcurrentHashMap<>();

    private final List<Change> changes = new ArrayList<>();
    private long[] base;
    private long baseSequence;
    private long flushed;
    private long answered;

    /** Blocks of a range; seed 0 = zeros. */
    record Change(int from, int count, long seed) {}

    VolumeModel(String volumeId, int blocks) {
        this.volumeId = volumeId;
        this.blocks = blocks;
        this.base = new long[blocks];
    }

    static void fill(long seed, int block, ByteBuffer into) {
        if (seed < 0) {
            into.put(RAW.get(seed));
            return;
        }
        if (seed == 0) {
            into.put(new byte[Blocks.BLOCK]);
            return;
        }
        var random = new Random(seed * 1_000_003 + block);
        for (int i = 0; i < Blocks.BLOCK / Long.BYTES; i++) {
            into.putLong(random.nextLong());
        }
    }

    /** Notes a change before it is asked for; it may then be there, or not. */
    long next(Change change) {
        changes.add(change);
        return last();
    }

    void answered(long sequence) {
        answered = Math.max(answered, sequence);
    }

    long answered() {
        return answered;
    }

    void flushed(long sequence) {
        flushed = Math.max(flushed, sequence);
    }

    /** The replica was opened again: what it has is what there is from now on. */
    void reopened(Replica replica, boolean lostPower) throws ReplicaException {
        long last = replica.lastSequence();
        assertThat(last).isGreaterThanOrEqualTo(lostPower ? flushed : answered);
        assertThat(last).isLessThanOrEqualTo(last());
        changes.subList((int) (last - baseSequence), changes.size()).clear();
        settle(replica);
        answered = last;
        flushed = last;
    }

    private long last() {
        return baseSequence + changes.size();
    }

    /** Takes suspect blocks as they are: each sector must be one that could be there. */
    private void settle(Replica replica) throws ReplicaException {
        long[] now = seeds(last());
        if (replica.isSuspect()) {
            ByteBuffer sums = ByteBuffer.allocate(blocks * Long.BYTES);
            replica.sums(0, blocks * Blocks.BLOCK, sums);
            replica.adopt(0, (long) blocks * Blocks.BLOCK);
            assertThat(replica.isSuspect()).isFalse();
            for (int block = 0; block < blocks; block++) {
                if (sums.getLong(block * Long.BYTES) == Blocks.SUSPECT) {
                    now[block] = settle(replica, block);
                }
            }
        }
        base = now;
        baseSequence = last();
        changes.clear();
    }

    private long settle(Replica replica, int block) throws ReplicaException {
        Set<Long> versions = new LinkedHashSet<>();
        versions.add(seeds(flushed)[block]);
        for (Change change : changes.subList((int) (flushed - baseSequence), changes.size())) {
            if (block >= change.from && block < change.from + change.count) {
                versions.add(change.seed);
            }
        }
        assertThat(versions).as("versions of suspect block " + block).hasSizeGreaterThan(1);
        byte[] found = new byte[Blocks.BLOCK];
        ByteBuffer into = ByteBuffer.allocate(Long.BYTES + Blocks.BLOCK);
        if (replica.read((long) block * Blocks.BLOCK, Blocks.BLOCK, into)) {
            into.get(Long.BYTES, found);
        }
        final int sector = 512;
        for (int at = 0; at < Blocks.BLOCK; at += sector) {
            boolean known = false;
            for (long version : versions) {
                ByteBuffer content = ByteBuffer.allocate(Blocks.BLOCK);
                fill(version, block, content);
                known |= Arrays.equals(content.array(), at, at + sector, found, at, at + sector);
            }
            assertThat(known).as("sector at " + at + " of block " + block).isTrue();
        }
        if (Arrays.equals(found, new byte[Blocks.BLOCK])) {
            return 0;
        }
        long name = -1L - RAW.size();
        RAW.put(name, found);
        return name;
    }

    void write(Replica replica, int from, int count, long seed) throws ReplicaException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(count * Blocks.BLOCK);
        ByteBuffer sums = ByteBuffer.allocateDirect(count * Long.BYTES);
        for (int i = 0; i < count; i++) {
            int at = bytes.position();
            fill(seed, from + i, bytes);
            bytes.position(at);
            sums.putLong(Blocks.sum(bytes));
        }
        long sequence = next(new Change(from, count, seed));
        replica.write(sequence, (long) from * Blocks.BLOCK, sums.flip(), bytes.flip());
        answered(sequence);
    }

    void zero(Replica replica, int from, int count, boolean keep) throws ReplicaException {
        long sequence = next(new Change(from, count, 0));
        replica.zero(sequence, (long) from * Blocks.BLOCK, (long) count * Blocks.BLOCK, keep);
        answered(sequence);
    }

    /** The last change was refused, and has not happened. */
    void forgetUnanswered() {
        changes.subList((int) (answered - baseSequence), changes.size()).clear();
    }

    /** Cuts; gives what the snapshot must hold. */
    long[] cut(Replica replica, String snapshotId) throws ReplicaException {
        long[] now = seeds(last());
        long sequence = next(new Change(0, 0, 0));
        replica.cut(sequence, snapshotId);
        answered(sequence);
        flushed(sequence);
        return now;
    }

    /** The volume was made from a snapshot. */
    void begin(long[] seeds) {
        base = seeds.clone();
    }

    long[] now() {
        return seeds(last());
    }

    void flush(Replica replica) throws ReplicaException {
        long before = answered;
        replica.flush();
        flushed(before);
    }

    /** The seed of each block's content. */
    long[] seeds(long sequence) {
        long[] seeds = base.clone();
        for (Change change : changes.subList(0, (int) (sequence - baseSequence))) {
            for (int i = 0; i < change.count; i++) {
                seeds[change.from + i] = change.seed;
            }
        }
        return seeds;
    }

    void check(Replica replica, int from, int count) throws ReplicaException {
        check(replica, from, count, seeds(last()));
    }

    static void check(Replica replica, int from, int count, long[] seeds) throws ReplicaException {
        ByteBuffer into = ByteBuffer.allocateDirect(count * (Long.BYTES + Blocks.BLOCK));
        boolean any = replica.read((long) from * Blocks.BLOCK, count * Blocks.BLOCK, into);
        if (!any) {
            assertThat(into.position()).isZero();
            for (int i = 0; i < count; i++) {
                assertThat(seeds[from + i]).as("block " + (from + i) + " of zeros").isZero();
            }
            return;
        }
        assertThat(into.hasRemaining()).isFalse();
        ByteBuffer wanted = ByteBuffer.allocate(Blocks.BLOCK);
        for (int i = 0; i < count; i++) {
            wanted.clear();
            if (seeds[from + i] == 0) {
                wanted = ByteBuffer.allocate(Blocks.BLOCK);
                assertThat(into.getLong(i * Long.BYTES)).isZero();
            } else {
                fill(seeds[from + i], from + i, wanted);
                wanted.flip();
                assertThat(into.getLong(i * Long.BYTES))
                        .as("sum of block " + (from + i))
                        .isEqualTo(Blocks.sum(wanted.duplicate()));
            }
            ByteBuffer found = into.slice(count * Long.BYTES + i * Blocks.BLOCK, Blocks.BLOCK);
            assertThat(found.mismatch(wanted.clear()))
                    .as("block " + (from + i) + " of version " + seeds[from + i])
                    .isEqualTo(-1);
        }
    }

    void checkAll(Replica replica) throws ReplicaException {
        long[] seeds = seeds(last());
        for (int from = 0; from < blocks; from += 64) {
            check(replica, from, Math.min(64, blocks - from), seeds);
        }
        int at = 0;
        for (Replica.Extent extent :
                replica.extents(0, (long) blocks * Blocks.BLOCK, Integer.MAX_VALUE)) {
            for (int i = 0; i < extent.length() / Blocks.BLOCK; i++) {
                assertThat(extent.data()).isEqualTo(seeds[at++] != 0);
            }
        }
        assertThat(at).isEqualTo(blocks);
    }
}
