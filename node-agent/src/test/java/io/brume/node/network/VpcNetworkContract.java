package io.brume.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every network promises, the simulated one as well as the real. */
@Timeout(60)
public interface VpcNetworkContract {
    String OTHER = "vpc-0aaaaaaaaaaaaaaa2";

    VpcNetwork network() throws Exception;

    /** The agent ends as by kill -9, and a new one looks at the host. */
    VpcNetwork restarted() throws Exception;

    private static VpcTopology topology(String vpcId, int number, int interfaces) {
        List<VpcTopology.Interface> links =
                IntStream.range(0, interfaces)
                        .mapToObj(n -> Topologies.local(n, "", Topologies.GROUP))
                        .toList();
        return Topologies.vpc(
                vpcId, number, links, Topologies.group(Topologies.GROUP, Topologies.ALL));
    }

    @Test
    default void makesAndRemovesVpcs() throws Exception {
        VpcNetwork network = network();
        assertThat(network.vpcs()).isEmpty();
        network.apply(topology(Topologies.VPC, 1, 2));
        network.apply(topology(OTHER, 2, 1));
        network.apply(topology(Topologies.VPC, 1, 2));
        assertThat(network.vpcs()).containsExactlyInAnyOrder(Topologies.VPC, OTHER);
        assertThat(network.namespace(Topologies.VPC)).isNotEqualTo(network.namespace(OTHER));
        network.remove(OTHER);
        network.remove(OTHER);
        assertThat(network.vpcs()).containsExactly(Topologies.VPC);
        network.remove(Topologies.VPC);
        assertThat(network.vpcs()).isEmpty();
    }

    @Test
    default void findsItsVpcsAgain() throws Exception {
        VpcNetwork network = network();
        network.apply(topology(Topologies.VPC, 1, 1));
        String namespace = network.namespace(Topologies.VPC);
        VpcNetwork next = restarted();
        assertThat(next.vpcs()).containsExactly(Topologies.VPC);
        assertThat(next.namespace(Topologies.VPC)).isEqualTo(namespace);
        next.apply(topology(Topologies.VPC, 1, 2));
        next.remove(Topologies.VPC);
        assertThat(restarted().vpcs()).isEmpty();
    }

    @Test
    default void givesEachInterfaceItsOwnShortName() throws Exception {
        VpcNetwork network = network();
        String one = network.tap(Topologies.local(1, "").networkInterfaceId());
        String two = network.tap(Topologies.local(2, "").networkInterfaceId());
        assertThat(one).isNotEqualTo(two).isNotBlank();
    }

    @Test
    default void forgetsWhatItWasNeverTold() throws Exception {
        network().forget("i-0123456789abcdef0");
        network().remove(OTHER);
        assertThat(network().vpcs()).isEmpty();
    }
}
