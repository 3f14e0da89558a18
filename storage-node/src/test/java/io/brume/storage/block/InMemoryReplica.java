package io.brume.storage.block;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** A replica in memory; the sums are those of the writer, checked only when asked to. */
public final class InMemoryReplica implements Replica {
    private static final int BLOCKS = Blocks.CHUNK / Blocks.BLOCK;

    private record Chunk(byte[] bytes, long[] sums) {}

    private final String volumeId;
    private final BiConsumer<String, String> cut;
    private final Map<Long, Chunk> chunks = new ConcurrentHashMap<>();
    private final List<String> cuts = new ArrayList<>();
    private final AtomicInteger flushes = new AtomicInteger();
    private volatile long sizeBytes;
    private volatile long epoch;
    private volatile long sequence;
    private volatile Optional<BlockStatus> failure = Optional.empty();
    private volatile Optional<String> broken = Optional.empty();
    private volatile boolean checked = true;
    private volatile CountDownLatch flushGate = new CountDownLatch(0);

    InMemoryReplica(String volumeId, long sizeBytes, BiConsumer<String, String> cut) {
        this.volumeId = volumeId;
        this.sizeBytes = sizeBytes;
        this.cut = cut;
    }

    /** From now on every request fails so; empty = none does. */
    public void fail(Optional<BlockStatus> with) {
        failure = with;
    }

    /** Whether sums are verified. */
    public void check(boolean sums) {
        checked = sums;
    }

    /** From now on flushes wait for it. */
    public void holdFlushes(CountDownLatch gate) {
        flushGate = gate;
    }

    /** How often it was flushed. */
    public int flushes() {
        return flushes.get();
    }

    private void mayFail() throws ReplicaException {
        if (failure.isPresent()) {
            throw new ReplicaException(failure.get(), "as the test wants it");
        }
    }

    @Override
    public String volumeId() {
        return volumeId;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public long lastSequence() {
        return sequence;
    }

    @Override
    public boolean isSuspect() {
        return false;
    }

    @Override
    public synchronized List<String> cuts() {
        return List.copyOf(cuts);
    }

    @Override
    public synchronized void raise(long wanted) throws ReplicaException {
        if (wanted < epoch) {
            throw new ReplicaException(BlockStatus.STALE_EPOCH, "epoch " + epoch + " is known");
        }
        epoch = wanted;
    }

    @Override
    public boolean read(long offset, int length, ByteBuffer into) throws ReplicaException {
        mayFail();
        int sumsAt = into.position();
        int bytesAt = sumsAt + length / Blocks.BLOCK * Long.BYTES;
        boolean any = false;
        for (int done = 0; done < length; done += Blocks.BLOCK) {
            long at = offset + done;
            Chunk chunk = chunks.get(at / Blocks.CHUNK);
            int block = (int) (at % Blocks.CHUNK) / Blocks.BLOCK;
            long sum = chunk == null ? Blocks.NEVER_WRITTEN : chunk.sums()[block];
            any |= sum != Blocks.NEVER_WRITTEN;
            into.putLong(sumsAt + done / Blocks.BLOCK * Long.BYTES, sum);
            if (chunk == null) {
                for (int i = 0; i < Blocks.BLOCK; i += Long.BYTES) {
                    into.putLong(bytesAt + done + i, 0);
                }
            } else {
                into.put(bytesAt + done, chunk.bytes(), block * Blocks.BLOCK, Blocks.BLOCK);
            }
        }
        if (any) {
            into.position(bytesAt + length);
        }
        return any;
    }

    /** Whether a change is to be made: it is a repair, or it is not here yet. */
    private boolean isNews(long number) throws ReplicaException {
        mayFail();
        return number == 0 || number > sequence;
    }

    @Override
    public synchronized void write(long wanted, long offset, ByteBuffer sums, ByteBuffer bytes)
            throws ReplicaException {
        if (!isNews(wanted)) {
            return;
        }
        if (checked) {
            ByteBuffer again = bytes.duplicate();
            for (int i = 0; again.hasRemaining(); i++) {
                if (Blocks.sum(again) != sums.getLong(sums.position() + i * Long.BYTES)) {
                    throw new ReplicaException(BlockStatus.BAD_SUM, "block " + i);
                }
            }
        }
        for (long at = offset; bytes.hasRemaining(); at += Blocks.BLOCK) {
            Chunk chunk = chunks.get(at / Blocks.CHUNK);
            if (chunk == null) {
                chunk = new Chunk(new byte[Blocks.CHUNK], new long[BLOCKS]);
                chunks.put(at / Blocks.CHUNK, chunk);
            }
            int block = (int) (at % Blocks.CHUNK) / Blocks.BLOCK;
            chunk.sums()[block] = sums.getLong();
            bytes.get(chunk.bytes(), block * Blocks.BLOCK, Blocks.BLOCK);
        }
        sequence = Math.max(sequence, wanted);
    }

    @Override
    public synchronized void zero(long wanted, long offset, long length, boolean keepAllocated)
            throws ReplicaException {
        if (!isNews(wanted)) {
            return;
        }
        for (long at = offset; at < offset + length; at += Blocks.BLOCK) {
            Chunk chunk = chunks.get(at / Blocks.CHUNK);
            if (chunk != null) {
                int block = (int) (at % Blocks.CHUNK) / Blocks.BLOCK;
                chunk.sums()[block] = Blocks.NEVER_WRITTEN;
                java.util.Arrays.fill(
                        chunk.bytes(), block * Blocks.BLOCK, (block + 1) * Blocks.BLOCK, (byte) 0);
            }
        }
        sequence = Math.max(sequence, wanted);
    }

    @Override
    public synchronized void cut(long wanted, String snapshotId) throws ReplicaException {
        if (isNews(wanted)) {
            cuts.add(snapshotId);
            cut.accept(snapshotId, volumeId);
            sequence = Math.max(sequence, wanted);
        }
    }

    @Override
    public void flush() throws ReplicaException {
        try {
            flushGate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        mayFail();
        flushes.incrementAndGet();
    }

    @Override
    public void digests(long offset, long length, ByteBuffer into) throws ReplicaException {
        mayFail();
        for (long at = offset; at < offset + length; at += Blocks.CHUNK) {
            Chunk chunk = chunks.get(at / Blocks.CHUNK);
            into.putLong(chunk == null ? 0 : java.util.Arrays.hashCode(chunk.sums()));
        }
    }

    @Override
    public void sums(long offset, int length, ByteBuffer into) throws ReplicaException {
        mayFail();
        for (long at = offset; at < offset + length; at += Blocks.BLOCK) {
            Chunk chunk = chunks.get(at / Blocks.CHUNK);
            int block = (int) (at % Blocks.CHUNK) / Blocks.BLOCK;
            into.putLong(chunk == null ? Blocks.NEVER_WRITTEN : chunk.sums()[block]);
        }
    }

    @Override
    public List<Extent> extents(long offset, long length, int most) throws ReplicaException {
        mayFail();
        var extents = new ArrayList<Extent>();
        for (long at = offset; at < offset + length; ) {
            long next = Math.min(offset + length, (at / Blocks.CHUNK + 1) * Blocks.CHUNK);
            if (extents.size() == most) {
                break;
            }
            extents.add(new Extent(next - at, chunks.containsKey(at / Blocks.CHUNK)));
            at = next;
        }
        return extents;
    }

    @Override
    public void adopt(long offset, long length) throws ReplicaException {
        mayFail();
    }

    @Override
    public void resize(long wanted) throws ReplicaException {
        mayFail();
        sizeBytes = wanted;
    }

    @Override
    public Optional<String> failure() {
        return broken;
    }

    /** From now on it is of no use any more. */
    public void breakDown(String reason) {
        broken = Optional.of(reason);
    }

    @Override
    public long storedBytes() {
        return (long) chunks.size() * Blocks.CHUNK;
    }

    @Override
    public long corruptBlocks() {
        return 0;
    }
}
