package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.common.tls.Identity;
import io.brume.node.host.ControlGroups;
import io.brume.node.host.Processes;
import io.brume.node.image.HostImageStore;
import io.brume.node.image.HostVolumeFiller;
import io.brume.node.image.ImageSettings;
import io.brume.node.image.ImageStore;
import io.brume.node.image.VolumeFiller;
import io.brume.node.instance.Hypervisor;
import io.brume.node.instance.qemu.QemuHypervisor;
import io.brume.node.instance.qemu.QemuSettings;
import io.brume.node.network.HostCommands;
import io.brume.node.network.VpcNetwork;
import io.brume.node.network.dhcp.HostResolvers;
import io.brume.node.network.metadata.MetadataService;
import io.brume.node.network.namespace.NamespaceNetwork;
import io.brume.node.network.namespace.NetworkSettings;
import io.brume.node.sim.SimulatedHypervisor;
import io.brume.node.sim.SimulatedImageStore;
import io.brume.node.sim.SimulatedNetwork;
import io.brume.node.sim.SimulatedVolumeFiller;
import io.brume.node.sim.SimulatedVolumes;
import io.brume.node.sim.SimulationOptions;
import io.brume.node.volume.CoordinatedVolume;
import io.brume.node.volume.CoordinatorOptions;
import io.brume.node.volume.ReplicaSockets;
import io.brume.node.volume.SelectorLoop;
import io.brume.node.volume.Volumes;
import io.brume.node.volume.nbd.NbdVolumes;
import io.brume.node.volume.nbd.OutsideDoors;
import io.brume.session.OwnAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.Supplier;

/**
 * The host's parts behind their ports.
 *
 * @param close lets go of them; nothing that runs on the host ends
 */
public record LocalHost(
        Hypervisor hypervisor,
        VpcNetwork network,
        ImageStore images,
        VolumeFiller filler,
        VolumesOpening volumes,
        AutoCloseable close) {
    /** Opens the host's volumes for an agent that knows who it is. */
    @FunctionalInterface
    public interface VolumesOpening {
        /**
         * Opens them.
         *
         * @param identity the agent's, asked at each connection
         */
        Volumes open(Supplier<Identity> identity, String hostName) throws IOException;
    }

    /** User ids from here on are guests', as many for each cloud of this host. */
    private static final int FIRST_UID = 0x7000_0000;

    private static final int UIDS_PER_CLOUD = 0x1_0000;
    private static final int CLOUDS = 0xF00;

    /** The user that dnsmasq runs as. */
    private static final String DNSMASQ_USER = "nobody";

    public LocalHost {
        requireNonNull(hypervisor);
        requireNonNull(network);
        requireNonNull(images);
        requireNonNull(filler);
        requireNonNull(volumes);
        requireNonNull(close);
    }

    /** A host that runs nothing, and whose storage nodes are pretended, too. */
    public static LocalHost simulated(SimulationOptions options) {
        return simulated(options, (identity, hostName) -> new SimulatedVolumes(options));
    }

    /** A host without guests and networks: its volumes are real, since its storage nodes are. */
    static LocalHost withoutGuests(SimulationOptions options, AgentSettings settings) {
        return simulated(options, coordinated(settings));
    }

    private static LocalHost simulated(SimulationOptions options, VolumesOpening volumes) {
        var hypervisor = new SimulatedHypervisor(options);
        return new LocalHost(
                hypervisor,
                new SimulatedNetwork(options),
                new SimulatedImageStore(options),
                new SimulatedVolumeFiller(options),
                volumes,
                hypervisor);
    }

    private static VolumesOpening coordinated(AgentSettings settings) {
        return (identity, hostName) ->
                new NbdVolumes(
                        settings.data().resolve("volumes"),
                        id -> SelectorLoop.start(id, Time.system()),
                        CoordinatedVolume.factory(
                                loop -> new ReplicaSockets(loop, hostName, identity),
                                CoordinatorOptions.USUAL),
                        doors(settings, hostName));
    }

    private static OutsideDoors doors(AgentSettings settings, String hostName) throws IOException {
        String reachedAt = OwnAddress.reachedAt(settings.nbdListen(), settings.control());
        return new OutsideDoors(
                settings.nbdListen(),
                new OutsideDoors.HostAddress(reachedAt, hostName),
                Time.system());
    }

    /** Real machines in real networks; needs root. */
    static LocalHost qemu(AgentSettings settings) throws IOException {
        Path data = settings.data();
        int uids = firstUid(settings.name());
        Processes processes = Processes.system();
        var storage =
                ImageSettings.in(
                        data.resolve("storage"), settings.images(), uids + UIDS_PER_CLOUD - 1);
        var metadata = new MetadataService(Time.system(), new SecureRandom());
        var network =
                new NamespaceNetwork(
                        NetworkSettings.of(
                                settings.name(), data.resolve("network"), settings.publicPool()),
                        HostCommands.through(processes),
                        metadata,
                        HostResolvers.ofHost(),
                        DNSMASQ_USER);
        QemuSettings usual = QemuSettings.in(data.resolve("guests"), settings.name());
        var hypervisor =
                new QemuHypervisor(
                        new QemuSettings(
                                usual.root(),
                                usual.binary(),
                                uids,
                                usual.controlGroup(),
                                usual.uefiFolders(),
                                usual.startTimeout(),
                                usual.useKvm()),
                        processes,
                        ControlGroups.ofHost(settings.name()),
                        Time.system());
        return new LocalHost(
                hypervisor,
                network,
                new HostImageStore(storage, processes, Time.system()),
                new HostVolumeFiller(storage, processes),
                coordinated(settings),
                () -> {
                    hypervisor.close();
                    network.close();
                });
    }

    /** Clouds that share a host have users of their own, as far as their names differ. */
    private static int firstUid(String name) {
        return FIRST_UID + Math.floorMod(name.hashCode(), CLOUDS) * UIDS_PER_CLOUD;
    }
}
