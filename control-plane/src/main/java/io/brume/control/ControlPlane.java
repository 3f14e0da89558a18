package io.brume.control;

import io.brume.common.aws.Api;
import io.brume.common.aws.Service;
import io.brume.common.aws.shared.Pager;
import io.brume.common.aws.sigv4.SigV4Verifier;
import io.brume.common.config.ConfigurationException;
import io.brume.common.id.Ids;
import io.brume.common.lifecycle.Lifecycle;
import io.brume.common.raft.RaftMember;
import io.brume.common.raft.RaftSettings;
import io.brume.common.time.Time;
import io.brume.control.api.Authorizer;
import io.brume.control.api.JsonLinesAuditLog;
import io.brume.control.api.Pipeline;
import io.brume.control.api.admin.AccountCalls;
import io.brume.control.api.admin.AdminApi;
import io.brume.control.api.admin.AdminDoor;
import io.brume.control.api.admin.ConsoleRoute;
import io.brume.control.api.admin.NodeCalls;
import io.brume.control.api.admin.ServingCalls;
import io.brume.control.api.admin.SnapshotCalls;
import io.brume.control.api.admin.VolumeCalls;
import io.brume.control.api.ebs.EbsParts;
import io.brume.control.api.ebs.EbsService;
import io.brume.control.api.ec2.Ec2Parts;
import io.brume.control.api.ec2.Ec2Service;
import io.brume.control.api.gateway.Gateway;
import io.brume.control.api.gateway.GatewayOptions;
import io.brume.control.api.gateway.GatewayRoute;
import io.brume.control.api.gateway.Readiness;
import io.brume.control.api.s3.S3Claim;
import io.brume.control.api.s3.S3Forwarder;
import io.brume.control.api.s3.S3Nodes;
import io.brume.control.api.sts.StsService;
import io.brume.control.domain.identity.Principal;
import io.brume.control.domain.image.ImageSources;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.JoinTokens;
import io.brume.control.fleet.NodeDirectory;
import io.brume.control.fleet.ObjectSightings;
import io.brume.control.fleet.grpc.ControlPlaneIdentity;
import io.brume.control.fleet.grpc.FleetOptions;
import io.brume.control.fleet.grpc.GrpcChunks;
import io.brume.control.fleet.grpc.GrpcFleet;
import io.brume.control.fleet.store.StoredAuthority;
import io.brume.control.fleet.store.StoredJoinTokens;
import io.brume.control.fleet.store.StoredNodeDirectory;
import io.brume.control.fleet.store.StoredSigningKeys;
import io.brume.control.reconcile.ImageLinks;
import io.brume.control.reconcile.Reconcilers;
import io.brume.control.scheduler.Capacity;
import io.brume.control.scheduler.Scheduler;
import io.brume.control.scheduler.StorageCapacity;
import io.brume.control.state.AccessKeys;
import io.brume.control.state.AccountDirectory;
import io.brume.control.state.DataKeys;
import io.brume.control.state.InstanceEnd;
import io.brume.control.state.MasterKey;
import io.brume.control.state.NetworkInterfaces;
import io.brume.control.state.PublicAddresses;
import io.brume.proto.node.v1.Role;
import io.brume.store.raft.ReplicatedStore;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * The control plane's program: {@code --config FILE}. Puts the parts together, in the order in
 * which they need each other, and takes them apart in reverse. Ends with 0 when it is asked to end,
 * 2 when its configuration cannot be used, 1 when it cannot start.
 */
public final class ControlPlane implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);
    private static final Duration LEADER_PATIENCE = Duration.ofSeconds(30);

    private final Lifecycle life;
    private final ControlPlaneSettings settings;
    private final Time time;
    private final SecureRandom random = new SecureRandom();
    private final Ids ids = new Ids(random);
    private int port;

    private ControlPlane(ControlPlaneSettings settings, Lifecycle life, Time time) {
        this.settings = settings;
        this.life = life;
        this.time = time;
    }

    public static void main(String[] arguments) {
        if (arguments.length != 2 || !arguments[0].equals("--config")) {
            log.error("Usage: control-plane --config FILE");
            System.exit(2);
        }
        var life = new Lifecycle("control-plane");
        life.stopAtShutdown();
        try {
            start(ControlPlaneSettings.read(Path.of(arguments[1])), life, Time.system());
            life.awaitEnd();
        } catch (ConfigurationException e) {
            log.error("The configuration cannot be used.\n{}", e.getMessage());
            System.exit(2);
        } catch (Exception e) {
            log.error("The control plane cannot start: {}", e.getMessage(), e);
            System.exit(1);
        }
    }

    /**
     * Starts everything; returns when calls are taken.
     *
     * @param life which stops it
     */
    public static ControlPlane start(ControlPlaneSettings settings, Lifecycle life, Time time)
            throws Exception {
        var program = new ControlPlane(settings, life, time);
        program.run();
        return program;
    }

    /** The port of the API's endpoint. */
    public int port() {
        return port;
    }

    @Override
    public void close() {
        life.close();
    }

    private void run() throws Exception {
        long began = time.nanos();
        Files.createDirectories(settings.data());
        var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(metrics);
        var gc = new JvmGcMetrics();
        life.onStop("garbage collection metrics", gc);
        gc.bindTo(metrics);

        var store = life.start("store", this::openStore);
        store.awaitLeader(LEADER_PATIENCE);
        var masterKey = MasterKey.loadOrCreate(settings.data().resolve("master.key"));

        var addresses = new PublicAddresses(settings.publicPool());
        var interfaces = new NetworkInterfaces(addresses);
        var end = new InstanceEnd(interfaces);
        var accounts =
                new AccountDirectory(store, settings.region(), masterKey, end::clear, random, time);
        accounts.ensure(settings.account(), "operator");

        var directory = new StoredNodeDirectory(store);
        var authority = StoredAuthority.loadOrCreate(store, masterKey, settings.name(), time);
        var tokens = new JoinTokens(new StoredJoinTokens(store), authority.fingerprint(), time);
        var fleet =
                life.start(
                        "fleet",
                        () ->
                                new GrpcFleet(
                                        FleetOptions.standard(
                                                new InetSocketAddress(
                                                        settings.fleetListen().host(),
                                                        settings.fleetListen().port())),
                                        authority,
                                        directory,
                                        tokens,
                                        new StoredSigningKeys(
                                                store, masterKey, settings.region().name()),
                                        ids,
                                        time));
        var capacity = new Capacity(new Scheduler(settings.placement()));
        var storage = new StorageCapacity(time, settings.volumeReplaceAfter());
        var sightings = new BlockSightings(time);
        var dataKeys = new DataKeys(masterKey, settings.region().name(), random);
        var blocks =
                new Reconcilers.Blocks(
                        storage,
                        sightings,
                        settings.volumeReplicas(),
                        ids,
                        settings.volumeReplaceAfter(),
                        dataKeys);
        var objectSightings = new ObjectSightings();
        var objects =
                new Reconcilers.Objects(
                        objectSightings,
                        settings.s3Domains(),
                        new ImageLinks(store, fleet, masterKey, settings.region().name(), time));
        life.start(
                "reconcilers",
                () -> reconcile(store, fleet, capacity, blocks, objects, end, directory));
        if (settings.bootstrap().isPresent()) {
            new Bootstrap(settings.bootstrap().get())
                    .write(accounts, settings.account(), directory, tokens);
        }
        fleet.start();

        var keys = life.start("access keys", () -> new AccessKeys(store, masterKey));
        var verifier = new SigV4Verifier<>(keys, time);
        var pager = new Pager(masterKey.derive("page tokens".getBytes(StandardCharsets.UTF_8)));
        var ec2 =
                Ec2Service.of(
                        new Ec2Parts(
                                store,
                                settings.region(),
                                settings.account(),
                                new ImageSources(settings.images(), true),
                                random,
                                interfaces,
                                capacity,
                                fleet,
                                new Ec2Parts.VolumeParts(
                                        storage,
                                        settings.volumeReplicas(),
                                        settings.volumeModificationPause(),
                                        dataKeys),
                                pager));
        var chunks = life.start("chunks", () -> new GrpcChunks(authority, time));
        var ebs =
                life.start(
                        "EBS direct API",
                        () ->
                                new EbsService(
                                        new EbsParts(
                                                store,
                                                settings.region(),
                                                masterKey,
                                                dataKeys,
                                                chunks,
                                                storage,
                                                settings.volumeReplicas(),
                                                EbsParts.NODE_PATIENCE,
                                                random,
                                                time)));
        var audit =
                life.start(
                        "audit log",
                        () ->
                                new JsonLinesAuditLog(
                                        settings.data().resolve("audit"),
                                        JsonLinesAuditLog.Bounds.standard()));
        var pipeline =
                new Pipeline(
                        new Pipeline.Parts(
                                settings.region().name(),
                                List.of(
                                        ec2,
                                        new Service(Api.of("ebs", EbsClient.class), ebs),
                                        new Service(
                                                Api.of("sts", StsClient.class), new StsService())),
                                verifier,
                                Authorizer.rootOnly(),
                                audit,
                                metrics,
                                time));
        var door =
                new AdminDoor(
                        verifier, settings.region().name(), Principal.root(settings.account()));
        var admin = new HashMap<String, AdminApi.AdminOperation>();
        admin.putAll(new AccountCalls(accounts, settings.account()).operations());
        admin.putAll(new VolumeCalls(store, sightings, fleet).operations());
        admin.putAll(new ServingCalls(store, sightings, fleet, time).operations());
        admin.putAll(new SnapshotCalls(store, sightings).operations());
        admin.putAll(
                new NodeCalls(
                                new NodeCalls.Parts(
                                        settings.name(),
                                        version(),
                                        settings.region(),
                                        directory,
                                        fleet,
                                        capacity,
                                        objectSightings,
                                        tokens,
                                        time))
                        .operations());
        var routes = new ArrayList<GatewayRoute>();
        routes.add(new GatewayRoute.Calls(AdminApi.PATH, new AdminApi(door, admin)));
        routes.add(
                new GatewayRoute.Raw(
                        ConsoleRoute.PATH, new ConsoleRoute(door, store, fleet)::handle));
        var vertx = eventLoops();
        var s3 =
                life.start(
                        "S3 forwarder",
                        () ->
                                new S3Forwarder(
                                        vertx,
                                        new S3Nodes(store, fleet, objectSightings),
                                        new ControlPlaneIdentity(authority, time),
                                        authority.certificate(),
                                        S3Forwarder.Patience.standard(),
                                        metrics,
                                        time));
        var claims = new S3Claim(settings.s3Domains(), pipeline::isOfService);
        routes.add(new GatewayRoute.Streams(claims::of, s3));
        port = listen(vertx, pipeline, routes, store, metrics);
        log.info(
                "The cloud {} is ready after {} ms at {}:{}",
                settings.name(),
                time.since(began).toMillis(),
                settings.listen().host(),
                port);
    }

    private ReplicatedStore openStore() throws IOException {
        var folder = settings.data().resolve("store");
        Files.createDirectories(folder);
        var member =
                new RaftMember(
                        memberName(folder),
                        settings.raftListen().host(),
                        settings.raftListen().port(),
                        1);
        var group =
                UUID.nameUUIDFromBytes(
                        ("brume:" + settings.name()).getBytes(StandardCharsets.UTF_8));
        return ReplicatedStore.open(
                RaftSettings.alone(group, member, folder.resolve("log")),
                folder.resolve("rows"),
                time,
                random);
    }

    /**
     * A member that lost its disk must come back under another name, so the name is on the disk.
     */
    private String memberName(Path folder) throws IOException {
        var file = folder.resolve("member");
        if (!Files.exists(file)) {
            Files.writeString(file, "control-" + ids.uuid().toString().substring(0, 8));
        }
        return Files.readString(file).strip();
    }

    private Reconcilers reconcile(
            ReplicatedStore store,
            GrpcFleet fleet,
            Capacity capacity,
            Reconcilers.Blocks blocks,
            Reconcilers.Objects objects,
            InstanceEnd end,
            NodeDirectory directory) {
        var reconcilers =
                new Reconcilers(
                        store,
                        fleet,
                        capacity,
                        blocks,
                        objects,
                        end,
                        settings.region(),
                        settings.vcpusPerCpu(),
                        settings.hostMemoryMib(),
                        time);
        reconcilers.start(
                directory.all().stream()
                        .filter(node -> node.role() == Role.ROLE_NODE_AGENT && !node.revoked())
                        .map(NodeDirectory.Node::id)
                        .collect(Collectors.toSet()));
        return reconcilers;
    }

    private Vertx eventLoops() {
        var vertx =
                Vertx.vertx(
                        new VertxOptions()
                                .setEventLoopPoolSize(
                                        Math.max(2, Runtime.getRuntime().availableProcessors())));
        life.onStop("event loops", () -> vertx.close().await());
        return vertx;
    }

    private int listen(
            Vertx vertx,
            Pipeline pipeline,
            List<GatewayRoute> routes,
            ReplicatedStore store,
            PrometheusMeterRegistry metrics)
            throws Exception {
        var gateway =
                life.start(
                        "gateway",
                        () ->
                                Gateway.start(
                                        vertx,
                                        new GatewayOptions(
                                                settings.listen().host(),
                                                settings.listen().port(),
                                                Optional.empty(),
                                                GatewayOptions.Limits.standard()),
                                        new Gateway.Parts(
                                                settings.region().name(),
                                                pipeline,
                                                routes,
                                                List.of(new Readiness("store", () -> well(store))),
                                                metrics,
                                                ids,
                                                time)));
        return gateway.port();
    }

    private static Optional<String> well(ReplicatedStore store) {
        if (!store.isRunning()) {
            return Optional.of("the store has stopped");
        }
        return store.leads() ? Optional.empty() : Optional.of("this member does not lead");
    }

    private static String version() {
        return Optional.ofNullable(ControlPlane.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
