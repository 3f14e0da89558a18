package io.brume.node.sim;

import io.brume.node.network.VpcNetwork;
import io.brume.node.network.VpcNetworkContract;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class SimulatedNetworkTest implements VpcNetworkContract {
    @TempDir Path folder;
    private SimulatedNetwork network;

    @BeforeEach
    void begin() {
        network = new SimulatedNetwork(SimulationOptions.lifelike(folder));
    }

    @Override
    public VpcNetwork network() {
        return network;
    }

    @Override
    public VpcNetwork restarted() {
        begin();
        return network;
    }
}
