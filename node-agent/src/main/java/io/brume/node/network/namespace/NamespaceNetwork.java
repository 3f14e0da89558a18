package io.brume.node.network.namespace;

import static java.util.Objects.requireNonNull;

import io.brume.common.rollback.Rollback;
import io.brume.node.network.CloudNames;
import io.brume.node.network.HostCommands;
import io.brume.node.network.InstanceMetadata;
import io.brume.node.network.TopologyCheck;
import io.brume.node.network.VpcNetwork;
import io.brume.node.network.VpcTopology;
import io.brume.node.network.VpcTopology.Subnet;
import io.brume.node.network.dhcp.Dnsmasq;
import io.brume.node.network.dhcp.HostResolvers;
import io.brume.node.network.metadata.MetadataService;
import io.brume.node.network.nftables.NftCommand;
import io.brume.node.network.nftables.VpcRuleset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * VPCs as namespaces of the Linux kernel: see {@code docs/architecture.md}, Network.
 *
 * <p>Everything is named after the cloud's prefix and AWS's ids and nothing is remembered but on
 * the host itself, so that an agent that starts again goes on with what it finds. Filters are put
 * in force before the interfaces they are for exist. Thread-safe; calls for one VPC wait for one
 * another. Needs root, iproute2, nftables and dnsmasq.
 */
public final class NamespaceNetwork implements VpcNetwork, AutoCloseable {
    private final NetworkSettings settings;
    private final HostCommands commands;
    private final NftCommand nft;
    private final Router router;
    private final HostSide host;
    private final HostResolvers resolvers;
    private final MetadataService metadata;
    private final String dnsmasqUser;
    // Held by whoever changes a VPC; alone by who takes away what all VPCs share.
    private final ReentrantReadWriteLock shared = new ReentrantReadWriteLock();
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final Map<String, Dnsmasq> dnsmasqs = new ConcurrentHashMap<>();

    /**
     * @param dnsmasqUser the unprivileged user that dnsmasq runs as, for example {@code nobody}
     */
    public NamespaceNetwork(
            NetworkSettings settings,
            HostCommands commands,
            MetadataService metadata,
            HostResolvers resolvers,
            String dnsmasqUser) {
        this.settings = requireNonNull(settings);
        this.commands = requireNonNull(commands);
        this.metadata = requireNonNull(metadata);
        this.resolvers = requireNonNull(resolvers);
        this.dnsmasqUser = requireNonNull(dnsmasqUser);
        var wanted = new WantedLinks(settings);
        this.nft = new NftCommand(commands);
        this.router = new Router(settings, commands, wanted);
        this.host = new HostSide(settings, commands, nft, wanted);
    }

    @Override
    public Set<String> vpcs() {
        try {
            return router.vpcs();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void apply(VpcTopology topology) throws IOException {
        TopologyCheck.check(topology);
        ReentrantLock lock = lock(topology.vpcId());
        lock.lock();
        shared.readLock().lock();
        try (var rollback = new Rollback("network of " + topology.vpcId())) {
            change(topology, rollback);
            rollback.commit();
        } finally {
            shared.readLock().unlock();
            lock.unlock();
        }
    }

    private void change(VpcTopology topology, Rollback rollback) throws IOException {
        String vpcId = topology.vpcId();
        if (router.create(vpcId)) {
            rollback.add("make the namespace", () -> take(vpcId));
        }
        nft.load(within(vpcId), VpcRuleset.render(topology));
        host.connect(topology);
        router.configure(topology);
        dnsmasq(vpcId).apply(topology, settings.mtu(), upstream(topology));
        metadata.listen(vpcId, router.file(vpcId));
    }

    @Override
    public void remove(String vpcId) throws IOException {
        ReentrantLock lock = lock(vpcId);
        lock.lock();
        try {
            take(vpcId);
        } finally {
            lock.unlock();
        }
        shared.writeLock().lock();
        try {
            if (router.vpcs().isEmpty()) {
                host.leave();
            }
        } finally {
            shared.writeLock().unlock();
        }
    }

    private void take(String vpcId) throws IOException {
        metadata.ignore(vpcId);
        dnsmasq(vpcId).remove();
        dnsmasqs.remove(vpcId);
        host.disconnect(vpcId);
        router.delete(vpcId);
    }

    @Override
    public String namespace(String vpcId) {
        return settings.names().namespace(vpcId);
    }

    @Override
    public String tap(String networkInterfaceId) {
        return CloudNames.tap(networkInterfaceId);
    }

    @Override
    public void describe(InstanceMetadata described) {
        metadata.describe(described);
    }

    @Override
    public void forget(String instanceId) {
        metadata.forget(instanceId);
    }

    /** Stops answering for metadata; namespaces, filters and DHCP stay as they are. */
    @Override
    public void close() {
        dnsmasqs.values().forEach(Dnsmasq::leave);
        metadata.close();
    }

    private List<String> upstream(VpcTopology topology) throws IOException {
        boolean out = topology.subnets().stream().anyMatch(Subnet::internetRoute);
        return out ? resolvers.addresses() : List.of();
    }

    private Dnsmasq dnsmasq(String vpcId) {
        Path directory = settings.runDirectory().resolve(vpcId);
        return dnsmasqs.computeIfAbsent(
                vpcId, id -> new Dnsmasq(commands, within(vpcId), directory, dnsmasqUser));
    }

    private List<String> within(String vpcId) {
        return NetworkSettings.enter(router.file(vpcId));
    }

    private ReentrantLock lock(String vpcId) {
        return locks.computeIfAbsent(vpcId, id -> new ReentrantLock());
    }
}
