package io.brume.node.network.namespace;

import io.brume.node.network.TestHost;
import io.brume.node.network.VpcNetwork;
import io.brume.node.network.VpcNetworkContract;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract of all networks, kept by namespaces of a host that is one itself. */
class NamespaceNetworkContractIT implements VpcNetworkContract {
    private TestHost host;
    private TestHost.Cloud cloud;

    @BeforeEach
    void begin() throws IOException {
        host = new TestHost();
        cloud = host.cloud();
    }

    @AfterEach
    void end() throws Exception {
        host.close();
    }

    @Override
    public VpcNetwork network() {
        return cloud.network();
    }

    @Override
    public VpcNetwork restarted() {
        cloud.restart();
        return cloud.network();
    }
}
