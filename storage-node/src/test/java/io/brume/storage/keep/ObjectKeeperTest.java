package io.brume.storage.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.ObjectStoreObservation;
import io.brume.proto.node.v1.ObjectStoreSpec;
import io.brume.session.Observations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the control plane says of the object store, and what becomes of it on a node. */
final class ObjectKeeperTest {
    @TempDir Path folder;

    private final Observations observations = new Observations();
    private final FakePart part = new FakePart();

    /** Remembers what it was told to become. */
    private static final class FakePart implements ObjectKeeper.Part {
        final List<String> regions = new CopyOnWriteArrayList<>();
        volatile boolean failing;

        @Override
        public void become(long generation, ObjectStoreSpec spec) throws IOException {
            if (failing) {
                throw new IOException("no port");
            }
            regions.add(spec.getRegion());
        }

        @Override
        public ObjectStoreObservation.Builder seen() {
            return ObjectStoreObservation.newBuilder().setBlobs(7);
        }
    }

    private ObjectKeeper keeper() throws IOException {
        return new ObjectKeeper(part, observations, folder);
    }

    private static Desired word(long generation, String region) {
        return Desired.newBuilder()
                .setGeneration(generation)
                .setObjectStore(
                        ObjectStoreSpec.newBuilder().setId(ObjectKeeper.ID).setRegion(region))
                .build();
    }

    private ObjectStoreObservation said() {
        return observations.latest(ObjectKeeper.ID).orElseThrow().getObjectStore();
    }

    @Test
    void becomesAsItIsToldAndSaysSo() throws Exception {
        try (var keeper = keeper()) {
            assertThat(said().getGeneration()).isZero();
            keeper.desired(List.of(word(3, "a")));
            keeper.desired(List.of(word(2, "old"), word(5, "b")));
            await().atMost(Duration.ofSeconds(10)).until(() -> said().getGeneration() == 5);
            assertThat(part.regions).endsWith("b").doesNotContain("old");
            assertThat(said().getBlobs()).isEqualTo(7);
        }
    }

    @Test
    void aNodeThatStartsAloneKnowsWhatItWasTold() throws Exception {
        try (var keeper = keeper()) {
            keeper.desired(List.of(word(3, "a")));
        }
        part.regions.clear();
        try (var keeper = keeper()) {
            assertThat(part.regions).containsExactly("a");
            keeper.desired(List.of());
        }
    }

    @Test
    void whatCannotBeDoneIsSaidAndTriedAgain() throws Exception {
        part.failing = true;
        try (var keeper = keeper()) {
            keeper.desired(List.of(word(1, "a")));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> said().getProblem().equals("no port"));
            part.failing = false;
            await().atMost(Duration.ofSeconds(10)).until(() -> said().getProblem().isEmpty());
            assertThat(part.regions).containsExactly("a");
        }
    }
}
