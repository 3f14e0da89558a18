package io.brume.node.network.namespace;

import static io.brume.node.network.Topologies.GROUP;
import static io.brume.node.network.Topologies.local;
import static io.brume.node.network.Topologies.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.network.GoldenFile;
import io.brume.node.network.VpcTopology;
import io.brume.node.network.namespace.LinkState.Kind;
import io.brume.node.network.namespace.LinkState.Link;
import io.brume.node.network.namespace.LinkState.Neighbour;
import io.brume.node.network.namespace.LinkState.Route;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The planner against answers of {@code ip} 6.1 that were recorded on Linux 6.18. */
class LinkPlannerTest {
    private static final VpcTopology TOPOLOGY =
            vpc(List.of(local(1, "198.18.0.11", GROUP), local(2, "", GROUP)));

    private final WantedLinks wanted =
            new WantedLinks(NetworkSettings.of("brume", Path.of("run"), "198.18.0.0/24"));
    private final LinkPlanner planner =
            new LinkPlanner(link -> "make " + link.name(), name -> name.startsWith("tap"));

    private static LinkState recorded() throws Exception {
        return LinkStateParser.parse(GoldenFile.text("ip-router.json"), "");
    }

    @Test
    void recordedAnswersAreUnderstood() throws Exception {
        LinkState state = recorded();
        assertThat(state.links().get("lo"))
                .isEqualTo(
                        new Link(
                                "lo",
                                Kind.LOOPBACK,
                                "00:00:00:00:00:00",
                                65536,
                                true,
                                Set.of(
                                        "127.0.0.1/8",
                                        "10.0.0.2/32",
                                        "169.254.169.253/32",
                                        "169.254.169.254/32")));
        assertThat(state.links().get("tap000000000001")).extracting("kind").isEqualTo(Kind.TAP);
        assertThat(state.links().get("uplink")).extracting("kind").isEqualTo(Kind.VETH);
        assertThat(state.routes())
                .contains(
                        new Route("default", "uplink", "198.18.0.1", ""),
                        new Route("10.0.0.11", "tap000000000001", "", ""),
                        Route.unreachable("10.0.0.0/16"));
        assertThat(state.neighbours())
                .contains(new Neighbour("tap000000000001", "10.0.0.11", "02:00:00:00:00:01"));
    }

    @Test
    void nothingIsToBeDoneWhereAllIsAsWanted() throws Exception {
        assertThat(planner.plan(recorded(), wanted.router(TOPOLOGY))).isEmpty();
    }

    @Test
    void aNewNamespace() throws Exception {
        var empty =
                new LinkState.Builder()
                        .link(new Link("lo", Kind.LOOPBACK, "", 65536, false, Set.of()))
                        .link(new Link("uplink", Kind.VETH, "", 1500, false, Set.of()))
                        .build();
        GoldenFile.check(
                "plan-new.txt", String.join("\n", planner.plan(empty, wanted.router(TOPOLOGY))));
    }

    @Test
    void whatIsTooMuchGoes() throws Exception {
        assertThat(planner.plan(recorded(), wanted.router(vpc(List.of(local(2, "", GROUP))))))
                .containsExactly("link del dev tap000000000001");
    }

    @Test
    void everySingleLossIsMadeGood() throws Exception {
        LinkState whole = recorded();
        LinkState target = wanted.router(TOPOLOGY);
        for (Route route : target.routes()) {
            var routes = new HashSet<>(whole.routes());
            assertThat(routes.remove(route)).isTrue();
            var damaged = new LinkState(whole.links(), routes, whole.neighbours());
            assertThat(planner.plan(damaged, target))
                    .singleElement()
                    .asString()
                    .startsWith("route replace ")
                    .contains(route.destination());
        }
        for (Neighbour neighbour : target.neighbours()) {
            var neighbours = new HashSet<>(whole.neighbours());
            assertThat(neighbours.remove(neighbour)).isTrue();
            var damaged = new LinkState(whole.links(), whole.routes(), neighbours);
            assertThat(planner.plan(damaged, target))
                    .singleElement()
                    .asString()
                    .startsWith("neighbour replace " + neighbour.address());
        }
    }

    @Test
    void strangersRoutesAndAddressesGo() throws Exception {
        LinkState whole = recorded();
        var routes = new HashSet<>(whole.routes());
        routes.add(new Route("8.8.8.8", "tap000000000001", "", ""));
        routes.add(Route.unreachable("9.9.9.0/24"));
        var damaged = new LinkState(whole.links(), routes, whole.neighbours());
        assertThat(planner.plan(damaged, wanted.router(TOPOLOGY)))
                .containsExactlyInAnyOrder(
                        "route del 8.8.8.8 dev tap000000000001",
                        "route del unreachable 9.9.9.0/24");
    }

    @Test
    void theHostsSide() throws Exception {
        var none = new LinkState.Builder().build();
        GoldenFile.check(
                "plan-host.txt", String.join("\n", planner.plan(none, wanted.host(TOPOLOGY))));
    }
}
