package io.brume.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Serving;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of users, failing hosts, unheard words and ending control planes, from a seed:
 * what was acknowledged is on every replica of the set at every moment (held by {@link
 * BlockWorld}), and when everything works again everything comes to be as it was asked for.
 */
final class VolumeHistoriesTest {
    private static final int HISTORIES = 40;
    private static final int STEPS = 120;
    private static final int VOLUMES = 3;
    private static final int MOST_SNAPSHOTS = 12;

    /** One history. */
    private static final class History implements AutoCloseable {
        private final Random random;
        private final BlockWorld world;
        private final List<InstanceId> instances = new ArrayList<>();
        private final Map<InstanceId, Integer> agentOf = new HashMap<>();
        private final List<VolumeId> volumes = new ArrayList<>();
        private final List<SnapshotId> snapshots = new ArrayList<>();
        private int writes;

        History(long seed) {
            random = new Random(seed);
            world = new BlockWorld(5, 3);
            for (int agent = 0; agent < 3; agent++) {
                var instance = world.launch(agent);
                instances.add(instance);
                agentOf.put(instance, agent);
            }
            for (int i = 0; i < VOLUMES; i++) {
                volumes.add(world.create());
            }
            world.settle();
        }

        void step() {
            switch (random.nextInt(22)) {
                case 0, 1 -> attach();
                case 2 -> world.find(any(volumes)).ifPresent(v -> world.detach(v.id(), false));
                case 3 -> world.find(any(volumes)).ifPresent(v -> world.detach(v.id(), true));
                case 4, 5, 6, 7 -> write();
                case 8 -> flip(world.storage(random.nextInt(5)));
                case 9 -> world.storage(random.nextInt(5)).session ^= true;
                case 10 -> world.agent(random.nextInt(3)).session ^= true;
                case 11 -> restartAgent();
                case 12 -> world.restart();
                case 13, 14 -> world.pass(Duration.ofSeconds(random.nextInt(20)));
                case 15 -> world.pass(Duration.ofMinutes(random.nextInt(12)));
                case 16 -> snapshot();
                case 17 -> world.find(any(volumes)).ifPresent(v -> grow(v.id()));
                case 18 -> completed().ifPresent(id -> snapshots.add(world.copy(id)));
                case 19 -> completed().ifPresent(id -> volumes.add(world.encryptedOf(id)));
                case 20 -> world.find(any(volumes)).ifPresent(v -> serve(v.id()));
                case 21 -> world.find(any(volumes)).ifPresent(v -> world.unserve(v.id()));
                default -> {}
            }
            // Sometimes nobody listens, sometimes nothing is said.
            if (random.nextInt(3) > 0) {
                world.hear();
            }
            if (random.nextInt(3) > 0) {
                world.reconcile();
            }
        }

        private <T> T any(List<T> things) {
            return things.get(random.nextInt(things.size()));
        }

        private void attach() {
            var id = any(volumes);
            world.find(id)
                    .filter(volume -> volume.shownState() == VolumeState.AVAILABLE)
                    .ifPresent(volume -> world.attach(id, any(instances), false));
        }

        private void serve(VolumeId id) {
            world.serve(id, random.nextInt(3), Duration.ofMinutes(30));
        }

        /** Every agent tries, also one that should not. */
        private void write() {
            var id = any(volumes);
            for (int agent = 0; agent < 3; agent++) {
                world.hosts.write(world.agent(agent), id.value(), writes++);
            }
        }

        private static void flip(SimulatedBlocks.Storage node) {
            node.up ^= true;
        }

        private void restartAgent() {
            world.hosts.restart(world.agent(random.nextInt(3)));
        }

        private void snapshot() {
            world.find(any(volumes))
                    .filter(v ->
                            v.shownState() == VolumeState.AVAILABLE
                                    || v.shownState() == VolumeState.IN_USE)
                    .ifPresent(volume -> snapshots.add(world.snapshot(volume.id())));
        }

        private Optional<SnapshotId> completed() {
            var all =
                    snapshots.stream()
                            .filter(id -> world.snapshot(id).state() == SnapshotState.COMPLETED)
                            .toList();
            boolean enough = volumes.size() >= 2 * VOLUMES || snapshots.size() >= MOST_SNAPSHOTS;
            return all.isEmpty() || enough || !world.hasRoom()
                    ? Optional.empty()
                    : Optional.of(any(all));
        }

        private void grow(VolumeId id) {
            world.find(id)
                    .filter(v ->
                            v.shownState() == VolumeState.AVAILABLE
                                    || v.shownState() == VolumeState.IN_USE)
                    .ifPresent(volume -> world.grow(id));
        }

        /** Everything works again. */
        void heal() {
            world.hosts
                    .storage
                    .values()
                    .forEach(node -> {
                        node.up = true;
                        node.session = true;
                    });
            world.hosts.agents.values().forEach(agent -> agent.session = true);
            world.settleFor(Duration.ofMinutes(15));
        }

        void everythingIsAsItWasAskedFor() {
            for (var id : volumes) {
                var volume = world.volume(id);
                if (volume.state() == VolumeState.ERROR) {
                    // No storage node was there to make it on; its users know.
                    assertThat(volume.problem()).isNotEmpty();
                    assertThat(volume.filling()).as("%s", volume).isPresent();
                    continue;
                }
                assertThat(volume.isBeingFilled()).as("%s", volume).isFalse();
                assertThat(volume.placement().nodes(ReplicaRole.IN_SYNC))
                        .as("%s", volume)
                        .hasSize(volume.placement().copies());
                assertThat(volume.placement().replicas()).hasSize(volume.placement().copies());
                assertThat(volume.modification().flatMap(change -> change.completed()).isPresent())
                        .as("%s", volume)
                        .isEqualTo(volume.modification().isPresent());
                var state = volume.attachment().map(one -> one.state());
                assertThat(state)
                        .as("%s", volume)
                        .isIn(Optional.empty(), Optional.of(AttachmentState.ATTACHED));
                assertThat(volume.serving().map(Serving::state))
                        .as("%s", volume)
                        .isIn(Optional.empty(), Optional.of(AttachmentState.ATTACHED));
                assertThat(volume.state() == VolumeState.IN_USE)
                        .as("%s", volume)
                        .isEqualTo(volume.attachment().isPresent() || volume.serving().isPresent());
                volume.serving()
                        .flatMap(serving -> volume.placement().writer())
                        .ifPresent(agent ->
                                assertThat(
                                                world.hosts.write(
                                                        world.hosts.agent(agent),
                                                        id.value(),
                                                        writes++))
                                        .as("its client can write: %s", volume)
                                        .isTrue());
                volume.attachment()
                        .ifPresent(attachment -> {
                            int agent = agentOf.getOrDefault(attachment.instance(), -1);
                            assertThat(world.hosts.write(world.agent(agent), id.value(), writes++))
                                    .as("its guest can write: %s", volume)
                                    .isTrue();
                        });
            }
            assertThat(world.all()).as("nothing hidden stays").noneMatch(Volume::hidden);
            for (var id : snapshots) {
                var snapshot = world.snapshot(id);
                assertThat(snapshot.state()).as("%s", snapshot).isEqualTo(SnapshotState.COMPLETED);
                assertThat(snapshot.nodes())
                        .as("all keep %s", snapshot)
                        .allMatch(node -> world.hosts.keeps(node, id.value()));
            }
        }

        @Override
        public void close() {
            world.close();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1001, 2001, 3001})
    void nothingAcknowledgedIsLostAndEverythingComesToRest(long first) {
        // Each is a world of its own.
        LongStream.range(first, first + HISTORIES).parallel().forEach(VolumeHistoriesTest::play);
    }

    private static void play(long seed) {
        try (var history = new History(seed)) {
            for (int step = 0; step < STEPS; step++) {
                history.step();
            }
            history.heal();
            history.everythingIsAsItWasAskedFor();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }
}
