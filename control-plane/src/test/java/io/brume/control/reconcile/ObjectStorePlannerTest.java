package io.brume.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.object.IndexGroup;
import io.brume.control.domain.object.PlacementGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The object store on nodes that join, go and come, and are lost: what was acknowledged is held by
 * a member of its group at every moment ({@link ObjectWorld} checks after each turn), and
 * everything comes to rest.
 */
final class ObjectStorePlannerTest {
    @Test
    void growsWithTheNodes() {
        var world = new ObjectWorld(1);
        for (int nodes : new int[] {1, 2, 3, 5}) {
            while (world.up().size() < nodes) {
                world.join();
            }
            world.settle();
            int copies = Math.min(3, nodes);
            assertThat(world.store().index().orElseThrow().members()).hasSize(copies);
            assertThat(world.store().groups())
                    .hasSize(PlacementGroup.COUNT)
                    .allMatch(group -> group.nodes().size() == copies);
        }
        world.checkCopies();
    }

    @Test
    void aNodeThatGoesForAWhileChangesNothing() {
        var world = settled(2, 4);
        var before = world.store();
        var gone = before.index().orElseThrow().members().getFirst().node();
        world.stop(gone);
        for (int i = 0; i < 8; i++) {
            world.turn();
        }
        assertThat(world.store()).isEqualTo(before);
        world.start(gone);
        world.settle();
        assertThat(world.store()).isEqualTo(before);
    }

    @Test
    void anotherNodeTakesThePlaceOfALostOne() {
        var world = settled(3, 4);
        var lost = world.store().index().orElseThrow().members().get(1).node();
        world.destroy(lost);
        for (int i = 0; i < 20; i++) {
            world.turn();
        }
        world.settle();
        assertThat(world.store().index().orElseThrow().nodes())
                .hasSize(IndexGroup.MOST_MEMBERS)
                .doesNotContain(lost);
        assertThat(world.store().groups())
                .allMatch(group -> group.nodes().size() == 3 && !group.nodes().contains(lost));
        world.checkCopies();
    }

    @Test
    void aLostNodeKeepsItsPlaceWhereThereIsNoOther() {
        var world = settled(4, 3);
        var lost = world.up().getLast();
        world.stop(lost);
        for (int i = 0; i < 30; i++) {
            world.turn();
        }
        assertThat(world.store().groups()).allMatch(group -> group.nodes().contains(lost));
        assertThat(world.store().index().orElseThrow().nodes()).contains(lost);
        world.start(lost);
        world.settle();
        world.checkCopies();
    }

    @Test
    void theOnlyNodeThatHasTheDataIsWaitedFor() {
        var world = settled(5, 1);
        var holder = world.up().getFirst();
        world.stop(holder);
        var others = List.of(world.join(), world.join(), world.join());
        for (int i = 0; i < 60; i++) {
            world.turn();
        }
        assertThat(world.store().groups()).allMatch(group -> group.nodes().contains(holder));
        world.start(holder);
        world.settle();
        assertThat(world.up()).containsAll(others);
        world.checkCopies();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 15, 16, 17, 22})
    void whateverHappensNothingThatWasAcknowledgedIsLost(long seed) {
        var random = new Random(seed);
        var world = settled(seed, 3);
        var away = new ArrayList<NodeId>();
        for (int step = 0; step < 250; step++) {
            switch (random.nextInt(12)) {
                case 0 -> {
                    if (world.up().size() + away.size() < 6) {
                        world.join();
                    }
                }
                case 1, 2 -> {
                    if (away.isEmpty() && world.up().size() > 2) {
                        var node = world.up().get(random.nextInt(world.up().size()));
                        world.stop(node);
                        away.add(node);
                    }
                }
                case 3, 4 -> {
                    if (!away.isEmpty()) {
                        world.start(away.removeFirst());
                    }
                }
                case 5 -> {
                    // A disk may go when every blob has its copies, and not before.
                    if (away.isEmpty() && world.up().size() > 3 && random.nextInt(4) == 0) {
                        world.settle();
                        world.destroy(world.up().get(random.nextInt(world.up().size())));
                        for (int i = 0; i < 12; i++) {
                            world.turn();
                        }
                        world.settle();
                    }
                }
                default -> {}
            }
            world.turn();
        }
        away.forEach(world::start);
        world.settle();
        world.checkCopies();
    }

    private static ObjectWorld settled(long seed, int nodes) {
        var world = new ObjectWorld(seed);
        for (int i = 0; i < nodes; i++) {
            world.join();
        }
        world.settle();
        return world;
    }
}
