package io.brume.node.volume;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Makes replicas equal to one of them, going through the volume by chunks: digests of many chunks,
 * sums of those that differ, bytes of blocks whose sums differ. Ends at the first failure; whoever
 * wants starts another one, which is quick where this one had been. On the loop.
 */
final class Comparison {
    /** Chunks whose digests are asked for at once. */
    private static final int BATCH = 256;

    /** What differs between the uses. */
    interface Owner {
        /** Whether another member's block counts where the source does not know its own. */
        boolean mayAskOthers();

        /** Keeps writes away from the range; answers at once or later. */
        void lock(long offset, long length, Runnable locked);

        void unlock(long offset);

        /** How long to wait before that much is copied; nanoseconds. */
        long pauseNanos(int bytes);

        void progress(int percent);

        /** All members are equal, but not yet durably. */
        void equal();

        void failed(String reason);
    }

    private final EventLoop loop;
    private final BlockBuffers buffers;
    private final List<ReplicaSlot> members;
    private final long sizeBytes;
    private final int most;
    private final Owner owner;
    private final ByteBuffer[] digests;
    private final ArrayDeque<Long> different = new ArrayDeque<>();
    private long chunk;
    private long batchEnd;
    private int copying;
    private boolean over;

    /**
     * @param members the first one is the source; all are connected
     * @param most chunks at once
     */
    Comparison(
            EventLoop loop,
            BlockBuffers buffers,
            List<ReplicaSlot> members,
            long sizeBytes,
            int most,
            Owner owner) {
        this.loop = loop;
        this.buffers = buffers;
        this.members = List.copyOf(members);
        this.sizeBytes = sizeBytes;
        this.most = most;
        this.owner = owner;
        this.digests = new ByteBuffer[members.size()];
        for (int i = 0; i < digests.length; i++) {
            digests[i] = ByteBuffer.allocateDirect(BATCH * Long.BYTES);
        }
    }

    private long chunks() {
        return (sizeBytes + Blocks.CHUNK - 1) / Blocks.CHUNK;
    }

    void start() {
        batch();
    }

    /** Tells nothing more. */
    void stop() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    private void fail(String reason) {
        if (!over) {
            over = true;
            owner.failed(reason);
        }
    }

    private void batch() {
        if (over) {
            return;
        }
        owner.progress((int) (chunk * 100 / chunks()));
        if (chunk == chunks()) {
            over = true;
            owner.equal();
            return;
        }
        batchEnd = Math.min(chunks(), chunk + BATCH);
        long offset = chunk * Blocks.CHUNK;
        long length = Math.min(sizeBytes, batchEnd * Blocks.CHUNK) - offset;
        ask(Operation.DIGESTS, offset, (int) length, digests, 0, this::digested);
    }

    /** Asks all members the same. */
    private void ask(
            Operation operation,
            long offset,
            int length,
            ByteBuffer[] rooms,
            int size,
            Runnable all) {
        var asked = new Asked(all, members.size());
        for (int i = 0; i < members.size(); i++) {
            ReplicaSlot slot = members.get(i);
            if (over || !slot.isConnected()) {
                fail(slot.want.nodeId() + " is gone");
                return;
            }
            LinkRequest request = slot.request(operation, offset, length);
            request.data = rooms[i];
            request.size = size == 0 ? rooms[i].capacity() : size;
            request.owner = asked;
            slot.send(request);
        }
    }

    private final class Asked implements LinkRequest.Answered {
        private final Runnable all;
        private int left;

        Asked(Runnable all, int left) {
            this.all = all;
            this.left = left;
        }

        @Override
        public void answered(
                ReplicaSlot slot, LinkRequest request, BlockStatus status, int payload) {
            if (over) {
                return;
            }
            if (status != BlockStatus.OK) {
                slot.refused(status);
                fail(slot.want.nodeId() + " answers " + status);
                return;
            }
            left--;
            if (left == 0) {
                all.run();
            }
        }

        @Override
        public void lost(ReplicaSlot slot, LinkRequest request) {
            fail(slot.want.nodeId() + " is gone");
        }
    }

    private void digested() {
        for (long at = chunk; at < batchEnd; at++) {
            int index = (int) (at - chunk) * Long.BYTES;
            long wanted = digests[0].getLong(index);
            for (ByteBuffer other : digests) {
                if (other.getLong(index) != wanted) {
                    different.add(at);
                    break;
                }
            }
        }
        next();
    }

    private void next() {
        if (over) {
            return;
        }
        while (copying < most && !different.isEmpty()) {
            copying++;
            new ChunkCopy(different.remove()).begin();
            if (over) {
                return;
            }
        }
        if (copying == 0 && different.isEmpty()) {
            chunk = batchEnd;
            batch();
        }
    }

    /** Makes one chunk equal. */
    private final class ChunkCopy {
        private final long offset;
        private final int length;
        private final ByteBuffer[] sums = new ByteBuffer[members.size()];
        private int block;
        private int target = 1;
        private boolean locked;

        ChunkCopy(long chunk) {
            this.offset = chunk * Blocks.CHUNK;
            this.length = (int) (Math.min(sizeBytes, offset + Blocks.CHUNK) - offset);
            for (int i = 0; i < sums.length; i++) {
                sums[i] = ByteBuffer.allocateDirect(length / Blocks.BLOCK * Long.BYTES);
            }
        }

        void begin() {
            long pause = owner.pauseNanos(length);
            if (pause == 0) {
                owner.lock(offset, length, this::compare);
            } else {
                loop.after(Duration.ofNanos(pause), this::begin);
            }
        }

        private void compare() {
            locked = true;
            if (over) {
                unlock();
                return;
            }
            block = 0;
            target = 0;
            ask(Operation.SUMS, offset, length, sums, 0, this::copy);
            if (over) {
                unlock();
            }
        }

        private void unlock() {
            if (locked) {
                locked = false;
                owner.unlock(offset);
            }
        }

        private long sum(int member, int at) {
            return sums[member].getLong(at * Long.BYTES);
        }

        /** The member whose block counts: the source, unless that one does not know its own. */
        private int donor(int at) {
            int last = owner.mayAskOthers() ? sums.length : 1;
            for (int member = 0; member < last; member++) {
                if (sum(member, at) != Blocks.SUSPECT) {
                    return member;
                }
            }
            return -1;
        }

        /** Copies the next run of blocks, or ends. */
        private void copy() {
            if (over) {
                unlock();
                return;
            }
            int blocks = length / Blocks.BLOCK;
            for (; target < sums.length; target++, block = 0) {
                for (; block < blocks; block++) {
                    int donor = donor(block);
                    if (donor < 0) {
                        if (owner.mayAskOthers()) {
                            adopt();
                        } else {
                            fail("the source does not know its own blocks");
                            unlock();
                        }
                        return;
                    }
                    if (sum(target, block) != sum(donor, block)) {
                        copyRun(donor, blocks);
                        return;
                    }
                }
            }
            unlock();
            copying--;
            next();
        }

        private void copyRun(int donor, int blocks) {
            int from = block;
            boolean zeros = sum(donor, from) == Blocks.NEVER_WRITTEN;
            while (block < blocks
                    && donor(block) == donor
                    && (sum(donor, block) == Blocks.NEVER_WRITTEN) == zeros
                    && sum(target, block) != sum(donor, block)) {
                block++;
            }
            var copy =
                    new BlockCopy(
                            buffers,
                            List.of(members.get(target)),
                            offset + (long) from * Blocks.BLOCK,
                            (block - from) * Blocks.BLOCK,
                            false,
                            Comparison.this::isOver,
                            outcome -> copied(outcome, from));
            if (zeros) {
                copy.startZero();
            } else {
                copy.start(members.get(donor));
            }
        }

        private void copied(BlockCopy.Outcome outcome, int from) {
            switch (outcome) {
                case COPIED -> copy();
                case BUSY -> {
                    block = from;
                    loop.after(Duration.ofMillis(10), this::copy);
                }
                case DAMAGED -> {
                    fail("a damaged block at " + (offset + (long) from * Blocks.BLOCK));
                    unlock();
                }
                case FAILED -> {
                    fail("a replica failed while it was compared");
                    unlock();
                }
            }
        }

        /** Nobody knows what this block should be: it was under way everywhere. */
        private void adopt() {
            ReplicaSlot source = members.getFirst();
            if (!source.isConnected()) {
                fail(source.want.nodeId() + " is gone");
                unlock();
                return;
            }
            LinkRequest request =
                    source.request(
                            Operation.ADOPT, offset + (long) block * Blocks.BLOCK, Blocks.BLOCK);
            request.owner = new Asked(this::compareAgain, 1);
            source.send(request);
        }

        private void compareAgain() {
            locked = true;
            compare();
        }
    }
}
