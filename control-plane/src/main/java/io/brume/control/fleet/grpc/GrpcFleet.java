package io.brume.control.fleet.grpc;

import static java.util.Objects.requireNonNull;

import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.brume.control.domain.NodeId;
import io.brume.control.fleet.ConsoleChannel;
import io.brume.control.fleet.DesiredThings;
import io.brume.control.fleet.Fleet;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.JoinTokens;
import io.brume.control.fleet.NodeDirectory;
import io.brume.control.fleet.SigningKeySource;
import io.brume.proto.node.v1.ConsoleOutputQuestion;
import io.brume.proto.node.v1.ControlMessage;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.OpenConsole;
import io.brume.proto.node.v1.Question;
import io.brume.proto.node.v1.ScreenshotQuestion;
import io.brume.proto.node.v1.Welcome;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fleet as a gRPC server that agents and storage nodes dial. One port for both services: a
 * caller that shows a certificate must show a good one, and without one only joining is possible.
 * Thread-safe.
 */
public final class GrpcFleet implements Fleet, NodeConversation.Host, AutoCloseable {
    /**
     * The name that the server's certificate bears and agents insist on, whatever address they
     * dial; {@code io.brume.session} knows the same.
     */
    public static final String SERVER_NAME = "control-plane.brume.internal";

    private static final Logger LOG = LoggerFactory.getLogger(GrpcFleet.class);
    private static final Duration SERVER_CERTIFICATE_LIFE = Duration.ofDays(90);
    private static final int MAX_MESSAGE_BYTES = 4 << 20;
    private static final int MAX_METADATA_BYTES = 8192;
    private static final int MAX_CALLS_PER_CONNECTION = 64;

    private final FleetOptions options;
    private final CertificateAuthority authority;
    private final Time time;
    private final Map<NodeId, NodeLink> links = new ConcurrentHashMap<>();
    private final List<Consumer<FleetEvent>> listeners = new CopyOnWriteArrayList<>();
    private final ConsoleDesk consoles = new ConsoleDesk();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("fleet-heartbeats").factory());
    private final Server server;
    private volatile boolean open;
    private @Nullable Identity identity;

    /** A fleet that serves nobody before {@link #start()}. */
    public GrpcFleet(
            FleetOptions options,
            CertificateAuthority authority,
            NodeDirectory directory,
            JoinTokens tokens,
            SigningKeySource keys,
            Ids ids,
            Time time)
            throws IOException {
        this.options = requireNonNull(options);
        this.authority = requireNonNull(authority);
        this.time = requireNonNull(time);
        Duration life = options.certificateLife();
        var registry = new Registry(authority, tokens, directory, ids, time, life, this::announce);
        var sessions = new Sessions(this, consoles, authority, life, time);
        server =
                NettyServerBuilder.forAddress(options.listen())
                        .sslContext(tls())
                        .executor(threads)
                        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                        .maxInboundMetadataSize(MAX_METADATA_BYTES)
                        .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                        .handshakeTimeout(10, TimeUnit.SECONDS)
                        .maxConnectionIdle(5, TimeUnit.MINUTES)
                        .keepAliveTime(20, TimeUnit.SECONDS)
                        .keepAliveTimeout(10, TimeUnit.SECONDS)
                        .permitKeepAliveTime(5, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .addService(registry)
                        .addService(ServerInterceptors.intercept(sessions, new PeerNode(directory)))
                        .addService(
                                ServerInterceptors.intercept(
                                        new SigningKeyDesk(keys, time), new PeerNode(directory)))
                        .addService(
                                ServerInterceptors.intercept(
                                        new ObjectKeyDesk(keys), new PeerNode(directory)))
                        .build();
    }

    private SslContext tls() throws IOException {
        return GrpcSslContexts.configure(
                        SslContextBuilder.forServer(new IdentityKeyManager(this::identity)),
                        SslProvider.JDK)
                .protocols("TLSv1.3")
                .clientAuth(ClientAuth.OPTIONAL)
                .trustManager(Trust.authority(authority.certificate()))
                .build();
    }

    /** The server's own certificate, replaced in time. */
    private synchronized Identity identity() {
        if (identity == null || identity.isDueForRenewal(time)) {
            identity = authority.issueServer(List.of(SERVER_NAME), SERVER_CERTIFICATE_LIFE);
        }
        return identity;
    }

    /** Begins to serve. */
    public void start() throws IOException {
        server.start();
        long period = options.heartbeat().toMillis();
        var _ =
                clock.scheduleWithFixedDelay(
                        this::dropSilent, period, period, TimeUnit.MILLISECONDS);
        LOG.info("Agents are served at {}", server.getListenSockets());
    }

    /** The port it listens on. */
    public int port() {
        return server.getPort();
    }

    private void dropSilent() {
        Duration most = options.heartbeat().multipliedBy(options.missedHeartbeats());
        for (NodeLink link : links.values()) {
            link.conversation()
                    .filter(conversation -> conversation.silence().compareTo(most) > 0)
                    .ifPresent(silent ->
                            threads.execute(() -> drop(silent, "was not heard of for " + most)));
        }
    }

    private static void drop(NodeConversation conversation, String reason) {
        conversation.end(reason);
        conversation.ended(reason);
    }

    private NodeLink link(NodeId node) {
        return links.computeIfAbsent(node, id -> new NodeLink(this::announce));
    }

    private void announce(FleetEvent event) {
        for (Consumer<FleetEvent> listener : listeners) {
            listener.accept(event);
        }
    }

    @Override
    public void connected(NodeConversation conversation) {
        var welcome =
                Welcome.newBuilder()
                        .setControlPlaneVersion(version())
                        .setHeartbeatMillis(options.heartbeat().toMillis());
        conversation.outbox().urgent(ControlMessage.newBuilder().setWelcome(welcome).build());
        NodeLink link = link(conversation.node());
        link.connected(conversation);
        LOG.info("{} connected", conversation.node());
        if (open) {
            link.tellState();
        }
    }

    private static String version() {
        return Optional.ofNullable(GrpcFleet.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    @Override
    public void tell(NodeConversation conversation, FleetEvent event) {
        link(conversation.node()).tell(conversation, event);
    }

    @Override
    public void disconnected(NodeConversation conversation, String reason) {
        LOG.info("{} disconnected: {}", conversation.node(), reason);
        link(conversation.node()).disconnected(conversation, reason);
    }

    @Override
    public void desire(NodeId node, Desired thing) {
        DesiredThings.idOf(thing);
        link(node).desire(thing);
    }

    @Override
    public void release(NodeId node, String id) {
        link(node).release(id);
    }

    @Override
    public void open() {
        open = true;
        links.values().forEach(NodeLink::tellState);
    }

    @Override
    public void listen(Consumer<FleetEvent> listener) {
        listeners.add(requireNonNull(listener));
        for (NodeId node : connected().keySet()) {
            disconnect(node);
        }
    }

    @Override
    public Map<NodeId, FleetEvent.Connected> connected() {
        Map<NodeId, FleetEvent.Connected> connected = new TreeMap<>();
        links.forEach((node, link) ->
                link.conversation().ifPresent(one -> connected.put(node, one.introduction())));
        return connected;
    }

    @Override
    public void disconnect(NodeId node) {
        link(node)
                .conversation()
                .ifPresent(conversation -> drop(conversation, "was told to disconnect"));
    }

    @Override
    public CompletableFuture<byte[]> consoleOutput(NodeId node, String instanceId, int maxBytes) {
        if (maxBytes < 1 || maxBytes > MAX_CONSOLE_BYTES) {
            throw new IllegalArgumentException("maxBytes must be 1 to " + MAX_CONSOLE_BYTES);
        }
        return ask(
                node,
                Question.newBuilder()
                        .setConsoleOutput(
                                ConsoleOutputQuestion.newBuilder()
                                        .setInstanceId(instanceId)
                                        .setMaxBytes(maxBytes)));
    }

    @Override
    public CompletableFuture<byte[]> screenshot(NodeId node, String instanceId) {
        return ask(
                node,
                Question.newBuilder()
                        .setScreenshot(ScreenshotQuestion.newBuilder().setInstanceId(instanceId)));
    }

    private CompletableFuture<byte[]> ask(NodeId node, Question.Builder question) {
        return link(node)
                .conversation()
                .map(conversation ->
                        conversation.questions().ask(question, conversation.outbox()::urgent))
                .orElseGet(() ->
                        CompletableFuture.failedFuture(
                                Questions.unavailable(node, "is not connected")));
    }

    @Override
    public ConsoleChannel openConsole(NodeId node, String instanceId) {
        NodeConversation conversation =
                link(node)
                        .conversation()
                        .orElseThrow(() -> Questions.unavailable(node, "is not connected"));
        String consoleId = consoles.expect(node);
        var message =
                ControlMessage.newBuilder()
                        .setOpenConsole(
                                OpenConsole.newBuilder()
                                        .setConsoleId(consoleId)
                                        .setInstanceId(instanceId))
                        .build();
        if (!conversation.outbox().urgent(message)) {
            consoles.forget(consoleId);
            throw Questions.unavailable(node, "does not keep up");
        }
        return consoles.await(consoleId);
    }

    /** Ends every session. What runs on the hosts runs on. */
    @Override
    public void close() {
        clock.shutdownNow();
        server.shutdownNow();
        try {
            if (!server.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("Some sessions did not end within 5 seconds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }
}
