package io.brume.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What a volume must hold: the changes that were made, in order. After a crash a replica has all of
 * them up to its last sequence, which is not below the last flushed one, and nothing of the others.
 */
final class VolumeModel {
    final String volumeId;
    final int blocks;
    private final List<Change> changes = new ArrayList<>();
    private long flushed;
    private long answered;

    /** Blocks of a range; seed 0 = zeros. */
    record Change(int from, int count, long seed) {}

    VolumeModel(String volumeId, int blocks) {
        this.volumeId = volumeId;
        this.blocks = blocks;
    }

    static void fill(long seed, int block, ByteBuffer into) {
        var random = new Random(seed * 1_000_003 + block);
        for (int i = 0; i < Blocks.BLOCK / Long.BYTES; i++) {
            into.putLong(random.nextLong());
        }
    }

    /** Notes a change before it is asked for; it may then be there, or not. */
    long next(Change change) {
        changes.add(change);
        return changes.size();
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
    void reopened(Replica replica, boolean lostPower) {
        long last = replica.lastSequence();
        assertThat(last).isGreaterThanOrEqualTo(lostPower ? flushed : answered);
        assertThat(last).isLessThanOrEqualTo(changes.size());
        changes.subList((int) last, changes.size()).clear();
        answered = last;
        flushed = last;
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
        replica.zero(
                sequence, (long) from * Blocks.BLOCK, (long) count * Blocks.BLOCK, keep);
        answered(sequence);
    }

    void flush(Replica replica) throws ReplicaException {
        long before = answered;
        replica.flush();
        flushed(before);
    }

    /** The seed of each block's content. */
    long[] seeds(long sequence) {
        long[] seeds = new long[blocks];
        for (Change change : changes.subList(0, (int) sequence)) {
            for (int i = 0; i < change.count; i++) {
                seeds[change.from + i] = change.seed;
            }
        }
        return seeds;
    }

    void check(Replica replica, int from, int count) throws ReplicaException {
        check(replica, from, count, seeds(changes.size()));
    }

    static void check(Replica replica, int from, int count, long[] seeds)
            throws ReplicaException {
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
            ByteBuffer found =
                    into.slice(count * Long.BYTES + i * Blocks.BLOCK, Blocks.BLOCK);
            assertThat(found.mismatch(wanted.clear()))
                    .as("block " + (from + i) + " of version " + seeds[from + i])
                    .isEqualTo(-1);
        }
    }

    void checkAll(Replica replica) throws ReplicaException {
        long[] seeds = seeds(changes.size());
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
