package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.node.network.VpcNetwork;
import io.brume.node.owner.LatestWord;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.InterfaceSpec;
import io.brume.proto.node.v1.VpcObservation;
import io.brume.proto.node.v1.VpcSpec;
import io.brume.session.Observations;
import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this host's part of one VPC as it is desired. */
final class VpcOwner extends LatestWord {
    private static final Logger LOG = LoggerFactory.getLogger(VpcOwner.class);

    private final VpcNetwork network;
    private final String nodeId;
    private final Observations observations;
    private final Predicate<String> inUse;
    private final Runnable whenApplied;
    private final Consumer<String> gone;
    private volatile Set<String> interfaces = Set.of();
    private volatile @Nullable Desired applied;

    /**
     * @param inUse whether guests of this VPC are still here
     * @param whenApplied called whenever the VPC is as desired
     * @param gone called when nothing of the VPC is left here
     */
    VpcOwner(
            String vpcId,
            VpcNetwork network,
            String nodeId,
            Observations observations,
            Predicate<String> inUse,
            Runnable whenApplied,
            Consumer<String> gone,
            RandomGenerator random) {
        super(vpcId, random);
        this.network = requireNonNull(network);
        this.nodeId = requireNonNull(nodeId);
        this.observations = requireNonNull(observations);
        this.inUse = requireNonNull(inUse);
        this.whenApplied = requireNonNull(whenApplied);
        this.gone = requireNonNull(gone);
    }

    /** Whether this interface has been made, so that a guest can be started on it. */
    boolean hasInterface(String networkInterfaceId) {
        return interfaces.contains(networkInterfaceId);
    }

    /** Makes the VPC again as it was last made, should somebody else have broken it. */
    void heal() {
        Desired last = applied;
        if (last != null) {
            wantAgain(last);
        }
    }

    @Override
    protected boolean apply(Desired desired, int attempt) {
        VpcSpec spec = desired.getVpc();
        var seen = VpcObservation.newBuilder().setVpcId(id).setGeneration(desired.getGeneration());
        try {
            network.apply(Translation.topology(spec, nodeId));
            interfaces =
                    spec.getInterfacesList().stream()
                            .filter(one -> one.getNodeId().equals(nodeId))
                            .map(InterfaceSpec::getNetworkInterfaceId)
                            .collect(Collectors.toUnmodifiableSet());
            observations.observed(seen.build());
            applied = desired;
            whenApplied.run();
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.warn("{}: cannot be made as desired (attempt {}): {}", id, attempt, e.toString());
            LOG.debug("{}", id, e);
            observations.observed(seen.setFailure(Translation.words(e)).build());
            return false;
        }
    }

    @Override
    protected void remove() throws IOException {
        if (inUse.test(id)) {
            throw new IOException("guests of it are still here");
        }
        interfaces = Set.of();
        network.remove(id);
    }

    @Override
    protected void removed() {
        gone.accept(id);
    }
}
