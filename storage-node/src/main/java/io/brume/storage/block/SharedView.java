package io.brume.storage.block;

import io.brume.common.ffm.SharedMemory;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.DirectMarks;
import io.brume.storage.block.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a replica's view to the coordinator of this host, so that it can read by itself what is in
 * the segments. One coordinator at a time: a new one ends what the one before was shown.
 * Thread-safe.
 */
final class SharedView {
    private static final Logger LOG = LoggerFactory.getLogger(SharedView.class);

    private final ReplicaView view;
    private final Journal journal;
    private final Path folder;
    private final long segmentBytes;
    private final Semaphore kibibytes;
    private final RandomGenerator random;
    private int taken;
    private @Nullable SharedMemory memory;
    private @Nullable DirectMarks marks;

    /**
     * @param folder of the segments
     * @param kibibytes that all replicas may show together
     */
    SharedView(
            ReplicaView view,
            Journal journal,
            Path folder,
            long segmentBytes,
            Semaphore kibibytes,
            RandomGenerator random) {
        this.view = view;
        this.journal = journal;
        this.folder = folder;
        this.segmentBytes = segmentBytes;
        this.kibibytes = kibibytes;
        this.random = random;
    }

    /** Begins anew; empty where there is no memory for it. */
    synchronized Optional<Replica.DirectAccess> show(long epoch, long sizeBytes) {
        end();
        long size = DirectMarks.bytes(sizeBytes / Blocks.BLOCK);
        int needed = (int) Math.min(Integer.MAX_VALUE, (size + 1023) / 1024);
        if (!kibibytes.tryAcquire(needed)) {
            return Optional.empty();
        }
        taken = needed;
        try {
            SharedMemory made = SharedMemory.create("brume-view", (int) size);
            memory = made;
            var shown = new DirectMarks(made.bytes());
            marks = shown;
            long nonce = random.nextLong();
            shown.begin(nonce, epoch);
            view.show(shown);
            if (journal.failure() != null) {
                end();
                return Optional.empty();
            }
            return Optional.of(
                    new Replica.DirectAccess(
                            folder.toAbsolutePath().toString(),
                            segmentBytes,
                            made.path().toString(),
                            nonce));
        } catch (IOException e) {
            LOG.warn("{} is read through its node only", folder.getFileName(), e);
            end();
            return Optional.empty();
        }
    }

    /** When it returns, what is read from now on counts for nobody. */
    synchronized void end() {
        if (marks != null) {
            marks.end();
            marks = null;
        }
        view.show(null);
        if (memory != null) {
            memory.close();
            memory = null;
        }
        kibibytes.release(taken);
        taken = 0;
    }
}
