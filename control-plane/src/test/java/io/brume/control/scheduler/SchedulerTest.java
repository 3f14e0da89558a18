package io.brume.control.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.instance.InstanceId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private static final Resources SMALL = new Resources(1, 1024);

    private final Scheduler spreading = new Scheduler(Strategy.SPREAD);

    @Test
    void spreadsOverEqualHostsInTurn() {
        var placement = spreading.place(List.of(node(1), node(2), node(3)), demands(6));

        assertThat(placement.chosen().stream().map(NodeView::id))
                .containsExactly(id(1), id(2), id(3), id(1), id(2), id(3));
    }

    @Test
    void packsOneHostFirst() {
        var placement = new Scheduler(Strategy.PACK).place(List.of(node(1), node(2)), demands(3));

        assertThat(placement.chosen().stream().map(NodeView::id).distinct()).hasSize(1);
    }

    @Test
    void tellsWhyNobodyHasRoom() {
        var away = new NodeView(id(2), "us-east-1b", "x86_64", SMALL, Resources.NONE, true);

        var placement = spreading.place(List.of(node(1), away), List.of(demand(100)));

        assertThat(placement.chosen()).isEmpty();
        assertThat(placement.refusal())
                .contains("of 2 hosts, 1 is in another zone, 1 has too few vCPUs left");
    }

    @Test
    void anInstanceGoesBackToItsHostWhileThatHasRoom() {
        var cluster = List.of(node(1), node(2), node(3));
        var returning = new Demand("us-east-1a", "x86_64", SMALL, Optional.of(id(3)));
        assertThat(spreading.place(cluster, List.of(returning)).chosen().getFirst().id())
                .isEqualTo(id(3));

        var full = List.of(node(1), node(3).withUsed(new Resources(16, 0)));
        assertThat(spreading.place(full, List.of(returning)).chosen().getFirst().id())
                .isEqualTo(id(1));
    }

    @Property(tries = 200)
    void neverGivesOutMoreThanThereIs(
            @ForAll @Size(max = 60) List<@IntRange(min = 1, max = 9) Integer> sizes,
            @ForAll @IntRange(min = 1, max = 6) int hosts,
            @ForAll Strategy strategy) {
        var cluster = IntStream.rangeClosed(1, hosts).mapToObj(SchedulerTest::node).toList();
        var demands = sizes.stream().map(SchedulerTest::demand).toList();

        var chosen = new Scheduler(strategy).place(cluster, demands).chosen();

        for (var node : cluster) {
            long used =
                    IntStream.range(0, chosen.size())
                            .filter(i -> chosen.get(i).id().equals(node.id()))
                            .mapToLong(i -> demands.get(i).resources().vcpus())
                            .sum();
            assertThat(used).isLessThanOrEqualTo(node.total().vcpus());
        }
    }

    @Property(tries = 100)
    void theSameClusterGivesTheSameAnswerInAnyOrder(@ForAll @IntRange(min = 1, max = 8) int hosts) {
        var cluster =
                new ArrayList<>(
                        IntStream.rangeClosed(1, hosts).mapToObj(SchedulerTest::node).toList());
        var forward = spreading.place(cluster, demands(10)).chosen();
        Collections.reverse(cluster);

        assertThat(spreading.place(cluster, demands(10)).chosen()).isEqualTo(forward);
    }

    @Test
    void roomIsHeldUntilItIsGivenBack() throws Exception {
        var capacity = new Capacity(spreading);
        capacity.update(node(1));
        var first = Map.of(instance(1), demand(16));
        capacity.hold(first, 1);

        assertThatThrownBy(() -> capacity.hold(Map.of(instance(2), demand(1)), 1))
                .isInstanceOf(Capacity.NoRoomException.class)
                .hasMessage("of 1 host, 1 has too few vCPUs left");

        capacity.release(instance(1));
        assertThat(capacity.hold(Map.of(instance(2), demand(1)), 1)).hasSize(1);
    }

    @Test
    void aBatchIsHeldWholeOrNotAtAll() throws Exception {
        var capacity = new Capacity(spreading);
        capacity.update(node(1));
        var batch = new LinkedHashMap<InstanceId, Demand>();
        IntStream.rangeClosed(1, 5).forEach(i -> batch.put(instance(i), demand(4)));

        assertThatThrownBy(() -> capacity.hold(batch, 5))
                .isInstanceOf(Capacity.NoRoomException.class);
        assertThat(capacity.nodes().getFirst().used()).isEqualTo(Resources.NONE);
        assertThat(capacity.hold(batch, 4)).hasSize(4);
    }

    private static List<Demand> demands(int count) {
        return Collections.nCopies(count, demand(1));
    }

    private static Demand demand(int vcpus) {
        return new Demand("us-east-1a", "x86_64", new Resources(vcpus, 64), Optional.empty());
    }

    private static NodeView node(int number) {
        return new NodeView(
                id(number),
                "us-east-1a",
                "x86_64",
                new Resources(16, 16_384),
                Resources.NONE,
                true);
    }

    private static NodeId id(int number) {
        return new NodeId("node-%017x".formatted(number));
    }

    private static InstanceId instance(int number) {
        return new InstanceId("i-%017x".formatted(number));
    }
}
