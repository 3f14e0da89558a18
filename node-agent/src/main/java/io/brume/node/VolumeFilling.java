package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.node.image.VolumeFiller;
import io.brume.node.image.VolumeFiller.Source;
import io.brume.proto.node.v1.FillProgress;
import io.brume.proto.node.v1.VolumeFill;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the first contents into one volume, on a thread of its own: a few attempts, then it is
 * given up until it is wanted by a newer word. Thread-safe; but for {@link #stop} nothing waits.
 */
final class VolumeFilling {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeFilling.class);
    private static final int MOST_ATTEMPTS = 3;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(20);

    /**
     * What fillings share.
     *
     * @param slots how many may copy at once on this host
     */
    record Tools(VolumeFiller filler, Sources sources, Semaphore slots) {}

    /** Where contents are found on this host. */
    @FunctionalInterface
    interface Sources {
        /**
         * Takes hold of what a volume is to be filled with.
         *
         * @return empty while it is not here yet
         * @throws IOException with a reason for people when it cannot be had
         */
        Optional<Held> hold(VolumeFill fill) throws IOException;
    }

    /**
     * Contents that stay where they are until they are let go of.
     *
     * @param letGo to be run once
     */
    record Held(Source source, Runnable letGo) {}

    private final String volumeId;
    private final Tools tools;
    private final Runnable changed;
    private @Nullable Thread working;
    private boolean stopped;
    private long givenUp = -1;
    private volatile int percent;
    private volatile String filledFrom = "";
    private volatile String failure = "";

    /**
     * @param changed told, from any thread, when there is news
     */
    VolumeFilling(String volumeId, Tools tools, Runnable changed) {
        this.volumeId = requireNonNull(volumeId);
        this.tools = requireNonNull(tools);
        this.changed = requireNonNull(changed);
    }

    /** Whether the volume has its contents, durably. */
    boolean isDone(VolumeFill fill) {
        String source = sourceId(fill);
        if (!filledFrom.equals(source) && tools.filler().isFilled(volumeId, source)) {
            filledFrom = source;
        }
        return filledFrom.equals(source);
    }

    private static String sourceId(VolumeFill fill) {
        return switch (fill.getSourceCase()) {
            case IMAGE_ID -> fill.getImageId();
            case VOLUME_ID -> fill.getVolumeId();
            case SOURCE_NOT_SET -> "nothing";
        };
    }

    synchronized boolean isUnderWay() {
        return working != null;
    }

    /** How far it is. */
    FillProgress progress(VolumeFill fill) {
        boolean done = isDone(fill);
        return FillProgress.newBuilder()
                .setPercent(done ? 100 : Math.clamp(percent, 0, 99))
                .setDone(done)
                .setFailure(done ? "" : failure)
                .build();
    }

    /**
     * Begins, unless it has begun, is done, or was given up at this generation, or the contents are
     * not here yet: then it is to be called again.
     *
     * @param socket where the volume is served
     */
    synchronized void begin(long generation, VolumeFill fill, Path socket) {
        if (working != null || stopped || generation == givenUp || isDone(fill)) {
            return;
        }
        failure = "";
        try {
            Optional<Held> held = tools.sources().hold(fill);
            if (held.isPresent()) {
                percent = 0;
                var target = new VolumeFiller.Target(volumeId, socket);
                working =
                        Thread.ofVirtual()
                                .name("fill " + volumeId)
                                .start(() -> work(generation, target, held.get()));
            }
        } catch (IOException e) {
            giveUp(generation, e);
        }
    }

    private void work(long generation, VolumeFiller.Target target, Held held) {
        try {
            if (!copied(generation, target, held.source())) {
                return;
            }
            LOG.info("{}: has the contents of {}", volumeId, held.source().id());
        } catch (InterruptedException e) {
            LOG.debug("{}: is not filled any more", volumeId);
        } finally {
            held.letGo().run();
            synchronized (this) {
                working = null;
                notifyAll();
            }
            changed.run();
        }
    }

    private boolean copied(long generation, VolumeFiller.Target target, Source source)
            throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            tools.slots().acquire();
            try {
                tools.filler().fill(target, source, this::copiedSoFar);
                return true;
            } catch (IOException | RuntimeException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LOG.warn("{}: cannot be filled (attempt {}): {}", volumeId, attempt, e.toString());
                LOG.debug("{}", volumeId, e);
                if (attempt == MOST_ATTEMPTS) {
                    giveUp(generation, e);
                    return false;
                }
            } finally {
                tools.slots().release();
            }
            Thread.sleep(FIRST_PAUSE.multipliedBy(attempt));
        }
    }

    private void copiedSoFar(int now) {
        if (now != percent) {
            percent = now;
            changed.run();
        }
    }

    private synchronized void giveUp(long generation, Exception why) {
        failure = Translation.words(why);
        givenUp = generation;
    }

    /** Ends the work, for good, and waits for its end. */
    void stop() throws InterruptedException, IOException {
        Thread current;
        synchronized (this) {
            stopped = true;
            current = working;
        }
        if (current != null) {
            current.interrupt();
            if (!current.join(STOP_WITHIN)) {
                throw new IOException("the copying into " + volumeId + " does not end");
            }
        }
    }

    /** Ends the work and remembers nothing of it; it may begin anew. */
    void forget() throws InterruptedException, IOException {
        stop();
        tools.filler().forget(volumeId);
        filledFrom = "";
        synchronized (this) {
            stopped = false;
        }
    }
}
