package io.brume.node;

import io.brume.node.image.ImageStore;
import io.brume.node.instance.Hypervisor;
import io.brume.node.network.VpcNetwork;
import io.brume.node.sim.SimulatedHypervisor;
import io.brume.node.sim.SimulatedImageStore;
import io.brume.node.sim.SimulatedNetwork;
import io.brume.node.sim.SimulationOptions;

/**
 * The host's parts behind their ports.
 *
 * @param close lets go of them; nothing that runs on the host ends
 */
public record LocalHost(
        Hypervisor hypervisor, VpcNetwork network, ImageStore images, AutoCloseable close) {
    /** A host that runs nothing. */
    public static LocalHost simulated(SimulationOptions options) {
        var hypervisor = new SimulatedHypervisor(options);
        return new LocalHost(
                hypervisor,
                new SimulatedNetwork(options),
                new SimulatedImageStore(options),
                hypervisor);
    }
}
