package io.brume.node.sim;

import static java.util.Objects.requireNonNull;

import io.brume.node.network.InstanceMetadata;
import io.brume.node.network.VpcNetwork;
import io.brume.node.network.VpcTopology;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Networks that carry nothing. Thread-safe. */
public final class SimulatedNetwork implements VpcNetwork {
    private final SimulationOptions options;
    private final SimulatedFaults faults;
    private final SimulatedFolder folder;
    private final Map<String, VpcTopology> applied = new ConcurrentHashMap<>();
    private final Set<String> found = ConcurrentHashMap.newKeySet();
    private final Map<String, InstanceMetadata> described = new ConcurrentHashMap<>();

    public SimulatedNetwork(SimulationOptions options) {
        this.options = requireNonNull(options);
        this.faults = new SimulatedFaults(options);
        this.folder = new SimulatedFolder(options.state(), "vpcs");
        found.addAll(folder.all().keySet());
    }

    @Override
    public Set<String> vpcs() {
        Set<String> all = new HashSet<>(found);
        all.addAll(applied.keySet());
        return all;
    }

    @Override
    public void apply(VpcTopology topology) throws IOException {
        faults.take(options.networkTakes());
        faults.mayFail("the network cannot be made");
        applied.put(topology.vpcId(), topology);
        folder.put(topology.vpcId(), "applied");
    }

    @Override
    public void remove(String vpcId) throws IOException {
        faults.mayFail("the network cannot be removed");
        applied.remove(vpcId);
        found.remove(vpcId);
        folder.remove(vpcId);
    }

    @Override
    public String namespace(String vpcId) {
        return "sim-" + vpcId;
    }

    @Override
    public String tap(String networkInterfaceId) {
        return "sim-" + networkInterfaceId;
    }

    @Override
    public void describe(InstanceMetadata metadata) {
        described.put(metadata.instanceId(), metadata);
    }

    @Override
    public void forget(String instanceId) {
        described.remove(instanceId);
    }

    /** What a VPC was last made to be. */
    public Optional<VpcTopology> topology(String vpcId) {
        return Optional.ofNullable(applied.get(vpcId));
    }

    /** What an instance would learn. */
    public Optional<InstanceMetadata> metadata(String instanceId) {
        return Optional.ofNullable(described.get(instanceId));
    }
}
