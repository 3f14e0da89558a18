package io.brume.storage.keep;

import static java.util.Objects.requireNonNull;

import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.NodeMessage;
import io.brume.proto.node.v1.ObjectStoreObservation;
import io.brume.proto.node.v1.ObjectStoreSpec;
import io.brume.session.Observations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's part of the object store as the control plane desires, and reports it. The last
 * word is on the disk, so that a node that starts while the control plane is away knows its part. A
 * word that is older than the one held changes nothing. What could not be done is tried again.
 * Thread-safe.
 */
public final class ObjectKeeper implements AutoCloseable {
    /** The thing's id: there is one. */
    public static final String ID = "object-store";

    private static final Logger LOG = LoggerFactory.getLogger(ObjectKeeper.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    /** What this node does for the object store. Called by one thread at a time; may block. */
    public interface Part {
        /**
         * Becomes as the word says; a word that is the same as the last one is no news, but may be
         * what failed before.
         *
         * @param generation of the word; only grows
         */
        void become(long generation, ObjectStoreSpec spec) throws IOException;

        /** What it is now: all but id and generation. */
        ObjectStoreObservation.Builder seen();
    }

    private final DesiredFiles files;
    private final Observations observations;
    private final Part part;
    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("object-keeper").factory());
    private @Nullable Desired wanted;

    /** The word that the part has become; of the worker. */
    private @Nullable Desired done;

    private String problem = "";

    /**
     * Takes up what this node was last told, before it returns.
     *
     * @param folder for the word
     */
    public ObjectKeeper(Part part, Observations observations, Path folder) throws IOException {
        this.part = requireNonNull(part);
        this.observations = requireNonNull(observations);
        this.files = new DesiredFiles(folder, thing -> thing.getObjectStore().getId());
        this.wanted = files.read().get(ID);
        look();
        var _ =
                worker.scheduleWithFixedDelay(
                        this::look,
                        LOOK_EVERY.toMillis(),
                        LOOK_EVERY.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** Whether a thing is this one's. */
    public static boolean isOurs(Desired thing) {
        return thing.getThingCase() == Desired.ThingCase.OBJECT_STORE;
    }

    /** Takes words up; returns when the newest is on the disk. */
    public void desired(List<Desired> things) throws IOException {
        for (var thing : things) {
            synchronized (this) {
                if (wanted != null
                        && Long.compareUnsigned(thing.getGeneration(), wanted.getGeneration())
                                < 0) {
                    continue;
                }
                if (!thing.equals(wanted)) {
                    files.write(ID, thing);
                    wanted = thing;
                }
            }
        }
        worker.execute(this::look);
    }

    private synchronized Optional<Desired> wanted() {
        return Optional.ofNullable(wanted);
    }

    private void look() {
        try {
            var word = wanted();
            if (word.isPresent() && !word.get().equals(done)) {
                become(word.get());
            }
            var generation = done == null ? 0 : done.getGeneration();
            var seen = part.seen().setId(ID).setGeneration(generation);
            if (!problem.isEmpty()) {
                seen.setProblem(problem);
            }
            observations.observed(ID, NodeMessage.newBuilder().setObjectStore(seen).build());
        } catch (RuntimeException e) {
            LOG.error("The object store could not be looked at", e);
        }
    }

    private void become(Desired word) {
        try {
            part.become(word.getGeneration(), word.getObjectStore());
            done = word;
            problem = "";
        } catch (IOException | RuntimeException e) {
            var said = Optional.ofNullable(e.getMessage()).orElse(e.toString());
            if (!said.equals(problem)) {
                LOG.error("This node's part of the object store is not as it should be", e);
            }
            problem = said;
        }
    }

    /** Looks no more; the part goes on. */
    @Override
    public void close() throws InterruptedException {
        worker.shutdown();
        if (!worker.awaitTermination(30, TimeUnit.SECONDS)) {
            LOG.warn("The object store did not come to rest");
        }
    }
}
