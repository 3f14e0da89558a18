package io.brume.storage.object.blob;

import static java.util.Objects.requireNonNull;

import io.brume.common.concurrent.Background;
import io.brume.storage.block.Pace;
import io.brume.storage.object.data.NoSpaceException;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that gives back the space of deleted blobs, at a bounded rate. */
public final class BlobUpkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlobUpkeep.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final DiskBlobs blobs;
    private final Pace pace;
    private final Background background = new Background("blob upkeep", LOOK_EVERY);

    /** Works at once. */
    public BlobUpkeep(DiskBlobs blobs, Pace pace) {
        this.blobs = requireNonNull(blobs);
        this.pace = requireNonNull(pace);
        background.start(this::work);
    }

    private void work() throws IOException, InterruptedException {
        try {
            long bytes = 0;
            while (bytes >= 0 && !background.isClosed() && blobs.failure().isEmpty()) {
                bytes = blobs.tidy();
                var _ = background.pause(pace.use(Math.max(0, bytes)));
            }
        } catch (NoSpaceException e) {
            LOG.warn("space of deleted blobs cannot be given back now: {}", e.getMessage());
        }
    }

    /** Waits for what it is at; the blobs may be closed afterwards. */
    @Override
    public void close() {
        background.close();
    }
}
