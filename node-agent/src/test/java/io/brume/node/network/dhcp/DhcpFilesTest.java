package io.brume.node.network.dhcp;

import static io.brume.node.network.Topologies.GROUP;
import static io.brume.node.network.Topologies.local;
import static io.brume.node.network.Topologies.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.network.GoldenFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DhcpFilesTest {
    @Test
    void filesOfAVpc() throws Exception {
        var topology = vpc(List.of(local(2, "", GROUP), local(1, "198.18.0.11", GROUP)));
        var files =
                DhcpFiles.render(topology, Path.of("run"), 1500, List.of("192.0.2.53"), "nobody");
        GoldenFile.check(
                "dnsmasq.txt",
                files.configuration()
                        + "== leases\n"
                        + files.leases()
                        + "== names\n"
                        + files.names());
    }

    @Test
    void onlyResolversThatANamespaceReachesCount() {
        assertThat(
                        HostResolvers.parse(
                                """
                                # nameserver 9.9.9.9
                                nameserver 127.0.0.53
                                nameserver 192.0.2.1
                                nameserver fe80::1
                                 nameserver\t192.0.2.2\s
                                search x
                                """))
                .containsExactly("192.0.2.1", "192.0.2.2");
    }
}
