package io.brume.control.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.VolumeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class ReplicaPlannerTest {
    private static final long GIB = 1L << 30;

    private static NodeId node(int number) {
        return new NodeId("node-%017x".formatted(number));
    }

    private static StorageNodeView view(int number, String host, long promised) {
        return new StorageNodeView(
                node(number), "a", host, 100 * GIB, 100 * GIB, promised * GIB, true);
    }

    private static ReplicaDemand demand(int count) {
        return new ReplicaDemand("a", count, GIB, Set.of(), Set.of());
    }

    @Test
    void theEmptiestComeFirst() {
        var nodes = List.of(view(1, "h1", 50), view(2, "h2", 10), view(3, "h3", 30));
        assertThat(ReplicaPlanner.choose(nodes, demand(2))).containsExactly(node(2), node(3));
    }

    @Test
    void hostsAreSpreadBeforeDisksAre() {
        var nodes = List.of(view(1, "h1", 0), view(2, "h1", 0), view(3, "h2", 90));
        assertThat(ReplicaPlanner.choose(nodes, demand(2))).containsExactly(node(1), node(3));
        assertThat(ReplicaPlanner.choose(nodes, demand(3))).hasSize(3);
    }

    @Test
    void theNodesOfASnapshotComeBeforeAll() {
        var nodes = List.of(view(1, "h1", 0), view(2, "h2", 90));
        var demand = new ReplicaDemand("a", 1, GIB, Set.of(), Set.of(node(2)));
        assertThat(ReplicaPlanner.choose(nodes, demand)).containsExactly(node(2));
    }

    @Property(tries = 300)
    void whatIsChosenFits(@ForAll long seed) {
        var random = new Random(seed);
        var nodes = new ArrayList<StorageNodeView>();
        for (int i = 0; i < random.nextInt(12); i++) {
            nodes.add(
                    new StorageNodeView(
                            node(i),
                            random.nextBoolean() ? "a" : "b",
                            "h" + random.nextInt(4),
                            100 * GIB,
                            random.nextInt(3) * GIB / 2,
                            random.nextInt(200) * GIB,
                            random.nextInt(4) > 0));
        }
        var taken = new HashSet<NodeId>();
        for (int i = 0; i < random.nextInt(3); i++) {
            taken.add(node(random.nextInt(12)));
        }
        int count = 1 + random.nextInt(5);
        var chosen =
                ReplicaPlanner.choose(nodes, new ReplicaDemand("a", count, GIB, taken, Set.of()));
        var possible =
                nodes.stream()
                        .filter(one -> one.available() && one.zone().equals("a"))
                        .filter(one -> one.freeBytes() >= ReplicaPlanner.LEAST_FREE_BYTES)
                        .map(StorageNodeView::id)
                        .filter(id -> !taken.contains(id))
                        .collect(Collectors.toSet());
        assertThat(possible).as("seed %d", seed).containsAll(chosen);
        assertThat(chosen).doesNotHaveDuplicates().hasSize(Math.min(count, possible.size()));
    }

    @Test
    void manyVolumesSpreadEvenlyAndGiveBack() {
        var capacity = new StorageCapacity(Time.system(), Duration.ofMinutes(10));
        for (int i = 0; i < 6; i++) {
            capacity.update(view(i, "h" + i, 0));
        }
        var volumes = new ArrayList<VolumeId>();
        var count = new HashMap<NodeId, Integer>();
        for (int i = 0; i < 100; i++) {
            var id = new VolumeId("vol-%017x".formatted(i));
            volumes.add(id);
            capacity.hold(id, demand(3))
                    .nodes()
                    .forEach(node -> count.merge(node, 1, Integer::sum));
        }
        assertThat(count.values()).allMatch(held -> held == 50);
        volumes.forEach(capacity::release);
        assertThat(capacity.nodes()).allMatch(node -> node.promisedBytes() == 0);
    }
}
