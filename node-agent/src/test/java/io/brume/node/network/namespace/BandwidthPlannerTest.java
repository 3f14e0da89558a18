package io.brume.node.network.namespace;

import static io.brume.node.network.Topologies.GROUP;
import static io.brume.node.network.Topologies.VPC;
import static io.brume.node.network.Topologies.local;
import static io.brume.node.network.Topologies.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.network.VpcTopology;
import io.brume.node.network.VpcTopology.Interface;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BandwidthPlannerTest {
    private static final String RECORDED =
            """
            [{"kind":"noqueue","handle":"0:","dev":"lo","root":true,"refcnt":2,"options":{}},
            {"kind":"tbf","handle":"8001:","dev":"tap000000000001","root":true,"refcnt":2,
            "options":{"rate":12500000,"burst":125000,"lat":50000}}]
            """;

    static VpcTopology limited(long bitsPerSecond) {
        Interface link = local(1, "198.18.0.11", GROUP);
        return vpc(
                VPC,
                1,
                List.of(
                        new Interface(
                                link.networkInterfaceId(),
                                link.instanceId(),
                                link.subnetId(),
                                link.mac(),
                                link.privateIp(),
                                link.publicIp(),
                                "",
                                link.securityGroupIds(),
                                true,
                                true,
                                bitsPerSecond)));
    }

    @Test
    void limitsAreSetChangedAndLifted() throws Exception {
        Map<String, Long> observed = BandwidthPlanner.parse(RECORDED);
        assertThat(observed).isEqualTo(Map.of("tap000000000001", 100_000_000L));
        assertThat(BandwidthPlanner.plan(observed, limited(100_000_000))).isEmpty();
        assertThat(BandwidthPlanner.plan(observed, limited(0)))
                .containsExactly("qdisc del dev tap000000000001 root");
        assertThat(BandwidthPlanner.plan(Map.of(), limited(100_000_000)))
                .containsExactly(
                        "qdisc replace dev tap000000000001 root tbf rate 100000000bit"
                                + " burst 125000 latency 50ms");
    }
}
