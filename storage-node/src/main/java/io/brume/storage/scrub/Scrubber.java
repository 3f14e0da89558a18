package io.brume.storage.scrub;

import static java.util.Objects.requireNonNull;

import io.brume.common.concurrent.Background;
import io.brume.common.time.Time;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.storage.block.DiskBlockStore;
import io.brume.storage.block.Pace;
import io.brume.storage.block.Replica;
import io.brume.storage.block.ReplicaException;
import io.brume.storage.block.chunk.ChunkCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that reads every block of every replica and every chunk, and compares it with its sum.
 * A full round begins at most every so often; a restart goes on with the volume that it was at.
 * While clients use the disk it goes at a tenth of its rate. Thread-safe.
 *
 * <p>A damaged block is counted by its replica, which tells its coordinator; a damaged chunk is
 * fetched again from another node.
 */
public final class Scrubber implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
    private static final int SLOWER_WHEN_BUSY = 10;

    /** Clients are at work who moved so much since the last step. */
    private static final long BUSY_BYTES = 1 << 20;

    private final DiskBlockStore store;
    private final ChunkCheck chunks;
    private final ScrubFile file;
    private final Duration every;
    private final Pace pace;
    private final LongSupplier clientBytes;
    private final Time time;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong rounds = new AtomicLong();
    private final AtomicLong damagedChunks = new AtomicLong();
    private final AtomicLong mendedChunks = new AtomicLong();
    private final ByteBuffer room =
            ByteBuffer.allocateDirect(Blocks.CHUNK + Blocks.CHUNK / Blocks.BLOCK * Long.BYTES);
    private final Background background = new Background("scrubber", LOOK_EVERY);
    private long clientBytesBefore;

    /**
     * Works at once.
     *
     * @param file where it keeps how far it is
     * @param every the least time between the begins of two rounds
     * @param clientBytes what clients have read and written so far
     */
    public Scrubber(
            DiskBlockStore store,
            Path file,
            Duration every,
            Pace pace,
            LongSupplier clientBytes,
            Time time) {
        this.store = requireNonNull(store);
        this.chunks = store.chunks().check();
        this.file = new ScrubFile(file);
        this.every = requireNonNull(every);
        this.pace = requireNonNull(pace);
        this.clientBytes = requireNonNull(clientBytes);
        this.time = requireNonNull(time);
        background.start(this::scrubWhenDue);
    }

    /** Bytes that were verified. */
    public long bytes() {
        return bytes.get();
    }

    /** Full rounds that were made. */
    public long rounds() {
        return rounds.get();
    }

    /** Chunks of snapshots that were found damaged. */
    public long damagedChunks() {
        return damagedChunks.get();
    }

    /** Those of them that were fetched again. */
    public long mendedChunks() {
        return mendedChunks.get();
    }

    private void scrubWhenDue() throws IOException, InterruptedException {
        ScrubFile.Round round = file.read();
        Instant now = time.now();
        if (round.finished()) {
            if (!round.isDue(now, every)) {
                return;
            }
            round = new ScrubFile.Round(now, "", false);
            file.write(round);
        }
        var replicas = new TreeMap<>(store.replicas());
        for (Replica replica : replicas.tailMap(round.done(), false).values()) {
            scrub(replica);
            if (background.isClosed()) {
                return;
            }
            round = new ScrubFile.Round(round.began(), replica.volumeId(), false);
            file.write(round);
        }
        for (int shelf = 0; shelf < 256; shelf++) {
            for (byte[] hash : chunks.shelf(shelf)) {
                scrub(hash);
                if (background.isClosed()) {
                    return;
                }
            }
        }
        file.write(new ScrubFile.Round(round.began(), "", true));
        rounds.incrementAndGet();
        LOG.info(
                "All of {} replicas and all chunks were read: {} blocks are known to be damaged",
                replicas.size(),
                replicas.values().stream().mapToLong(Replica::corruptBlocks).sum());
    }

    private void scrub(Replica replica) throws InterruptedException {
        long before = replica.corruptBlocks();
        long size = replica.sizeBytes();
        for (long at = 0; at < size && !background.isClosed() && replica.failure().isEmpty(); ) {
            int length = (int) Math.min(Blocks.CHUNK, size - at);
            try {
                if (replica.scrub(at, length, room.clear())) {
                    pause(length);
                }
            } catch (ReplicaException e) {
                if (e.status() == BlockStatus.NOT_HERE) {
                    return;
                }
                if (e.status() == BlockStatus.CORRUPT) {
                    LOG.error("{}: damaged blocks at {}", replica.volumeId(), at);
                } else {
                    LOG.warn("{}: not read at {}: {}", replica.volumeId(), at, e.getMessage());
                }
                pause(length);
            }
            at += length;
        }
        if (replica.corruptBlocks() > before) {
            LOG.error(
                    "{}: {} blocks were found damaged",
                    replica.volumeId(),
                    replica.corruptBlocks() - before);
        }
    }

    private void scrub(byte[] hash) throws IOException, InterruptedException {
        if (!chunks.isWhole(hash)) {
            damagedChunks.incrementAndGet();
            String name = HexFormat.of().formatHex(hash);
            try {
                chunks.mend(hash);
                mendedChunks.incrementAndGet();
                LOG.error("chunk {} was damaged, and is fetched anew", name);
            } catch (IOException e) {
                LOG.error("chunk {} is damaged and cannot be mended: {}", name, e.getMessage());
            }
        }
        pause(Blocks.CHUNK);
    }

    private void pause(long used) throws InterruptedException {
        bytes.addAndGet(used);
        long now = clientBytes.getAsLong();
        boolean busy = now - clientBytesBefore > BUSY_BYTES;
        clientBytesBefore = now;
        Duration wait = pace.use(busy ? used * SLOWER_WHEN_BUSY : used);
        var _ = background.pause(wait);
    }

    @Override
    public void close() {
        background.close();
    }
}
