package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.node.image.ImageStore;
import io.brume.node.image.ImageStore.ImageSource;
import io.brume.node.image.ImageStore.StoredImage;
import io.brume.node.owner.LatestWord;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.ImageObservation;
import io.brume.proto.node.v1.ImageSpec;
import io.brume.session.Observations;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that one image is ready here as long as it is desired. */
final class ImageOwner extends LatestWord {
    private static final Logger LOG = LoggerFactory.getLogger(ImageOwner.class);

    /**
     * An import that failed so often is reported as failed and tried no more until desired anew.
     */
    private static final int MAX_ATTEMPTS = 3;

    private final ImageStore images;
    private final Observations observations;
    private final Semaphore slots;
    private final Runnable ready;
    private final Consumer<String> gone;
    private @Nullable Thread importing;
    private volatile String failure = "";

    /**
     * @param slots how many imports may run at once on this host
     * @param ready called when the image can be used
     * @param gone called when it has been removed
     */
    ImageOwner(
            String imageId,
            ImageStore images,
            Observations observations,
            Semaphore slots,
            Runnable ready,
            Consumer<String> gone,
            RandomGenerator random) {
        super(imageId, random);
        this.images = requireNonNull(images);
        this.observations = requireNonNull(observations);
        this.slots = requireNonNull(slots);
        this.ready = requireNonNull(ready);
        this.gone = requireNonNull(gone);
    }

    /** Why it cannot be had; empty while it may still come. */
    String failure() {
        return failure;
    }

    @Override
    protected boolean apply(Desired desired, int attempt) throws InterruptedException {
        StoredImage stored = images.images().get(id);
        ImageSpec spec = desired.getImage();
        if (stored != null && (!spec.getKeepDisk() || stored.disk().isPresent())) {
            return kept(desired, stored, attempt);
        }
        observations.observed(progress(desired, 0));
        slots.acquire();
        try {
            begin();
            stored =
                    images.importImage(
                            new ImageSource(
                                    id,
                                    spec.getSource(),
                                    spec.getFormat(),
                                    spec.getSha256(),
                                    spec.getBootMode(),
                                    spec.getKeepDisk(),
                                    spec.getLinksList()),
                            percent -> observations.observed(progress(desired, percent)));
        } catch (IOException | RuntimeException e) {
            return failed(desired, attempt, e);
        } finally {
            end();
            slots.release();
        }
        LOG.info("{}: ready, {} bytes", id, stored.storedSizeBytes());
        report(desired, stored);
        return true;
    }

    private boolean kept(Desired desired, StoredImage stored, int attempt) {
        if (stored.disk().isPresent() && !desired.getImage().getKeepDisk()) {
            try {
                images.dropDisk(id);
                LOG.info("{}: its disk is not needed here any more", id);
            } catch (IOException e) {
                LOG.warn("{}: its disk stays (attempt {}): {}", id, attempt, e.toString());
                return false;
            }
        }
        report(desired, stored);
        return true;
    }

    private synchronized void begin() {
        importing = Thread.currentThread();
    }

    private synchronized void end() {
        importing = null;
        // A release that came at the last moment has interrupted what was already over.
        boolean _ = Thread.interrupted();
    }

    @Override
    protected synchronized void interruptWork() {
        if (importing != null) {
            importing.interrupt();
        }
    }

    private boolean failed(Desired desired, int attempt, Exception cause) {
        if (isReleased()) {
            return true;
        }
        LOG.warn("{}: import failed (attempt {}): {}", id, attempt, cause.toString());
        LOG.debug("{}", id, cause);
        if (attempt < MAX_ATTEMPTS) {
            return false;
        }
        failure = Translation.words(cause);
        observations.observed(
                ImageObservation.newBuilder()
                        .setImageId(id)
                        .setGeneration(desired.getGeneration())
                        .setPhase(ImageObservation.Phase.PHASE_FAILED)
                        .setReason(failure)
                        .build());
        ready.run();
        return true;
    }

    private static ImageObservation progress(Desired desired, int percent) {
        return ImageObservation.newBuilder()
                .setImageId(desired.getImage().getImageId())
                .setGeneration(desired.getGeneration())
                .setPhase(ImageObservation.Phase.PHASE_IMPORTING)
                .setProgressPercent(Math.clamp(percent, 0, 100))
                .build();
    }

    private void report(Desired desired, StoredImage stored) {
        failure = "";
        observations.observed(Translation.observation(stored, desired.getGeneration()));
        ready.run();
    }

    @Override
    protected void remove() throws IOException {
        images.delete(id);
    }

    @Override
    protected void removed() {
        gone.accept(id);
    }
}
