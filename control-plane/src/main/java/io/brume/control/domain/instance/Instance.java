package io.brume.control.domain.instance;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.StateReason;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import io.brume.control.domain.vpc.SubnetId;
import io.brume.control.domain.vpc.VpcId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A virtual machine, as its account sees it and as its host is told.
 *
 * <p>What a user asked for and what was seen of it are one record, since each state is the answer
 * to both. Changes are made by {@link #edit()}, which copies.
 *
 * @param launch what was chosen once and for all
 * @param settings what its owner may change
 * @param state where it is in its life
 * @param stateReason why, when there is something to say
 * @param transitionReason AWS's {@code StateTransitionReason}; empty when a start is the last thing
 *     asked
 * @param node its host; empty while it has none
 * @param interfaces its network interfaces, in device index order
 * @param runEpoch counts the starts; 1 for the launch
 * @param rebootEpoch counts the reboots that were asked for
 * @param forceStop whether the guest is not asked before it is stopped
 * @param stoppedAt when it was last seen down; empty while it runs
 * @param terminatedAt when it was seen gone; it stays listed for an hour
 * @param imaging the image that is made of it while its guest is down just for that
 */
public record Instance(
        InstanceId id,
        AccountId account,
        Launch launch,
        Settings settings,
        InstanceState state,
        Optional<StateReason> stateReason,
        String transitionReason,
        Optional<NodeId> node,
        List<NetworkInterfaceId> interfaces,
        long runEpoch,
        long rebootEpoch,
        boolean forceStop,
        Instant startedAt,
        Optional<Instant> stoppedAt,
        Optional<Instant> terminatedAt,
        Optional<ImageId> imaging) {
    public Instance {
        requireNonNull(id);
        requireNonNull(account);
        requireNonNull(launch);
        requireNonNull(settings);
        requireNonNull(state);
        requireNonNull(stateReason);
        requireNonNull(transitionReason);
        requireNonNull(node);
        interfaces = List.copyOf(interfaces);
        requireNonNull(startedAt);
        requireNonNull(stoppedAt);
        requireNonNull(terminatedAt);
        requireNonNull(imaging);
    }

    /** Its place in the store. */
    public Owned<InstanceId> key() {
        return new Owned<>(account, id);
    }

    /** A copy to change. */
    public InstanceEdit edit() {
        return new InstanceEdit(this);
    }

    /**
     * What was chosen when the instance was launched.
     *
     * @param index its place among those of its reservation
     * @param at when the launch was accepted
     * @param keyName empty when it has no key pair
     * @param publicKey one line of authorized_keys; empty when it has no key pair
     * @param bootMode AWS's word; empty = the host's default
     * @param bootImage the image whose kernel it is started with; empty = firmware starts it
     */
    public record Launch(
            ReservationId reservation,
            int index,
            Instant at,
            ImageId image,
            String architecture,
            String bootMode,
            String keyName,
            String publicKey,
            String rootDeviceName,
            String zone,
            VpcId vpc,
            SubnetId subnet,
            String clientToken,
            String tenancy,
            Optional<ImageId> bootImage) {
        public Launch {
            requireNonNull(reservation);
            requireNonNull(at);
            requireNonNull(image);
            requireNonNull(vpc);
            requireNonNull(subnet);
            requireNonNull(bootImage);
        }
    }

    /**
     * What the owner may change.
     *
     * @param type the instance type's name
     * @param userData base64, as it came; empty = none
     * @param terminationProtected {@code DisableApiTermination}
     * @param stopProtected {@code DisableApiStop}
     * @param shutdownTerminates whether the guest's own shutdown terminates it
     */
    public record Settings(
            String type,
            String userData,
            boolean terminationProtected,
            boolean stopProtected,
            boolean shutdownTerminates,
            boolean monitoring,
            boolean ebsOptimized,
            MetadataOptions metadata) {
        public Settings {
            requireNonNull(type);
            requireNonNull(userData);
            requireNonNull(metadata);
        }

        public Settings withType(String value) {
            return new Settings(
                    value,
                    userData,
                    terminationProtected,
                    stopProtected,
                    shutdownTerminates,
                    monitoring,
                    ebsOptimized,
                    metadata);
        }

        public Settings withUserData(String value) {
            return new Settings(
                    type,
                    value,
                    terminationProtected,
                    stopProtected,
                    shutdownTerminates,
                    monitoring,
                    ebsOptimized,
                    metadata);
        }

        public Settings withTerminationProtected(boolean value) {
            return new Settings(
                    type,
                    userData,
                    value,
                    stopProtected,
                    shutdownTerminates,
                    monitoring,
                    ebsOptimized,
                    metadata);
        }

        public Settings withStopProtected(boolean value) {
            return new Settings(
                    type,
                    userData,
                    terminationProtected,
                    value,
                    shutdownTerminates,
                    monitoring,
                    ebsOptimized,
                    metadata);
        }

        public Settings withShutdownTerminates(boolean value) {
            return new Settings(
                    type,
                    userData,
                    terminationProtected,
                    stopProtected,
                    value,
                    monitoring,
                    ebsOptimized,
                    metadata);
        }

        public Settings withEbsOptimized(boolean value) {
            return new Settings(
                    type,
                    userData,
                    terminationProtected,
                    stopProtected,
                    shutdownTerminates,
                    monitoring,
                    value,
                    metadata);
        }

        public Settings with(MetadataOptions value) {
            return new Settings(
                    type,
                    userData,
                    terminationProtected,
                    stopProtected,
                    shutdownTerminates,
                    monitoring,
                    ebsOptimized,
                    value);
        }
    }

    /**
     * How the instance may ask for its metadata.
     *
     * @param tokensRequired IMDSv2 only
     * @param hopLimit 1 to 64
     */
    public record MetadataOptions(
            boolean endpointEnabled, boolean tokensRequired, int hopLimit, boolean tagsEnabled) {
        /** AWS's, for images that do not ask for IMDSv2. */
        public static final MetadataOptions DEFAULT = new MetadataOptions(true, false, 1, false);
    }
}
