package io.brume.node;

import io.brume.common.config.HostPort;
import io.brume.common.lifecycle.Lifecycle;
import io.brume.common.time.Time;
import io.brume.common.tls.IdentityFiles;
import io.brume.node.instance.InstanceOptions;
import io.brume.node.ledger.DataKeys;
import io.brume.node.ledger.Ledger;
import io.brume.proto.node.v1.Role;
import io.brume.session.Joining;
import io.brume.session.Membership;
import io.brume.session.NodeSide;
import io.brume.session.Observations;
import io.brume.session.Session;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One agent in this process, wired by hand: identity, ledger, keeper, session, in this order.
 * Closing it stops them in reverse; nothing on the host changes.
 */
public final class RunningAgent implements AutoCloseable {
    /**
     * Who the agent is and where it finds its cloud.
     *
     * @param data for its identity and ledger
     * @param joinToken the file with its token, while it has not joined
     * @param keys folders for the keys of volumes, of which the first that is in memory is taken
     */
    public record Place(
            Path data,
            HostPort control,
            String hostName,
            String zone,
            Optional<Path> joinToken,
            List<Path> keys) {
        /** One that keeps keys of volumes in its own memory alone. */
        public Place(
                Path data,
                HostPort control,
                String hostName,
                String zone,
                Optional<Path> joinToken) {
            this(data, control, hostName, zone, joinToken, List.of());
        }
    }

    private final Lifecycle life;
    private final String nodeId;
    private final Session session;
    private final HostKeeper keeper;

    private RunningAgent(Lifecycle life, String nodeId, Session session, HostKeeper keeper) {
        this.life = life;
        this.nodeId = nodeId;
        this.session = session;
        this.keeper = keeper;
    }

    /**
     * Joins when needed (which waits for the control plane), takes the host up, and dials.
     *
     * @param host closed with the agent, or when the agent does not start
     * @throws Exception when a part does not start; those before it are stopped then
     */
    public static RunningAgent start(Place place, LocalHost host, InstanceOptions options)
            throws Exception {
        var life = new Lifecycle("node-agent");
        life.onStop("host", host.close());
        try {
            return start(place, host, options, life);
        } catch (Exception e) {
            life.close();
            throw e;
        }
    }

    private static RunningAgent start(
            Place place, LocalHost host, InstanceOptions options, Lifecycle life) throws Exception {
        RandomGenerator random = new SecureRandom();
        Membership membership =
                new Joining(
                                place.control(),
                                new IdentityFiles(place.data().resolve("identity")),
                                Role.ROLE_NODE_AGENT,
                                place.hostName(),
                                place.zone(),
                                random)
                        .join(place.joinToken());
        Ledger ledger =
                life.start(
                        "ledger",
                        () ->
                                Ledger.open(
                                        place.data().resolve("agent/ledger"),
                                        place.keys().isEmpty()
                                                ? DataKeys.inProcess()
                                                : DataKeys.inMemoryOf(place.keys())));
        var observations = new Observations();
        var facts =
                new AgentFacts(
                        place.hostName(),
                        place.zone(),
                        place.data(),
                        host.hypervisor().acceleration());
        var tools =
                new HostKeeper.Tools(
                        host.hypervisor(),
                        host.network(),
                        host.images(),
                        host.filler(),
                        life.start(
                                "volumes",
                                () -> host.volumes().open(membership::identity, place.hostName())),
                        ledger,
                        observations,
                        facts::facts,
                        facts::vitals,
                        options,
                        random);
        HostKeeper keeper = life.start("keeper", () -> new HostKeeper(membership.nodeId(), tools));
        keeper.start();
        var side =
                new NodeSide(
                        keeper,
                        keeper.questions(),
                        observations,
                        version(),
                        Thread.ofVirtual().name("desired-state").factory());
        Session session =
                life.start("session", () -> new Session(membership, side, Time.system(), random));
        return new RunningAgent(life, membership.nodeId(), session, keeper);
    }

    static String version() {
        return Optional.ofNullable(RunningAgent.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** Who this is, as the control plane named it. */
    public String nodeId() {
        return nodeId;
    }

    /** Whether it is in session with the control plane. */
    public boolean isConnected() {
        return session.isConnected();
    }

    /** How many instances the host has in hand. */
    public int instanceCount() {
        return keeper.instanceCount();
    }

    @Override
    public void close() {
        life.close();
    }
}
