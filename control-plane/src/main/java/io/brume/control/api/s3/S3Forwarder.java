package io.brume.control.api.s3;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.common.time.Time;
import io.brume.common.tls.Identity;
import io.brume.control.api.Origin;
import io.brume.control.api.gateway.GatewayRoute.StreamHandler;
import io.brume.control.domain.NodeId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Passes S3 requests on to storage nodes, each to the next one in turn. One that cannot be reached
 * comes last for a second. Thread-safe; nothing blocks.
 */
public final class S3Forwarder implements StreamHandler, AutoCloseable {
    private static final Duration SHUNNED = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Supplier<List<S3Node>> nodes;
    private final S3Clients clients;
    private final Patience patience;
    private final Time time;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final Map<NodeId, Long> unreachable = new ConcurrentHashMap<>();
    private final Counter forwarded;
    private final Counter refused;
    private final Counter broken;

    /**
     * How long a side may stand still.
     *
     * @param moving while a body is on its way
     * @param answering while a storage node makes up its answer: copying an object takes a while
     */
    public record Patience(Duration moving, Duration answering) {
        /** A minute, a quarter of an hour. */
        public static Patience standard() {
            return new Patience(Duration.ofMinutes(1), Duration.ofMinutes(15));
        }
    }

    /**
     * @param nodes those that may answer, the surest first; asked at each request, returns at once
     * @param identity the control plane's
     * @param authority who certifies storage nodes
     */
    public S3Forwarder(
            Vertx vertx,
            Supplier<List<S3Node>> nodes,
            Supplier<Identity> identity,
            X509Certificate authority,
            Patience patience,
            MeterRegistry metrics,
            Time time) {
        this.vertx = requireNonNull(vertx);
        this.nodes = requireNonNull(nodes);
        this.clients = new S3Clients(vertx, identity, authority);
        this.patience = requireNonNull(patience);
        this.time = requireNonNull(time);
        forwarded =
                Counter.builder("brume.gateway.s3.forwarded")
                        .description("S3 requests that a storage node answered")
                        .register(metrics);
        refused =
                Counter.builder("brume.gateway.s3.refused")
                        .description("S3 requests that no storage node could be found for")
                        .register(metrics);
        broken =
                Counter.builder("brume.gateway.s3.broken")
                        .description("S3 requests that ended half way")
                        .register(metrics);
        Gauge.builder("brume.gateway.s3.requests", underWay, AtomicInteger::get)
                .description("S3 requests under way")
                .register(metrics);
    }

    @Override
    public void handle(HttpServerRequest request, HttpCall head, Origin origin) {
        underWay.incrementAndGet();
        new Forwarding(this, vertx, request, head, origin).begin();
    }

    /** Those that can be reached take turns; the others come after them. */
    List<S3Node> candidates() {
        var all = nodes.get();
        var first = new ArrayList<S3Node>();
        var last = new ArrayList<S3Node>();
        int start = all.isEmpty() ? 0 : Math.floorMod(turn.getAndIncrement(), all.size());
        for (int i = 0; i < all.size(); i++) {
            var node = all.get((start + i) % all.size());
            (isShunned(node.id()) ? last : first).add(node);
        }
        first.addAll(last);
        return first;
    }

    private boolean isShunned(NodeId node) {
        var since = unreachable.get(node);
        return since != null && time.since(since).compareTo(SHUNNED) < 0;
    }

    void unreachable(S3Node node) {
        unreachable.put(node.id(), time.nanos());
    }

    S3Clients clients() {
        return clients;
    }

    Patience patience() {
        return patience;
    }

    /** How requests end. */
    enum End {
        ANSWERED,
        REFUSED,
        BROKEN
    }

    void ended(End end) {
        underWay.decrementAndGet();
        switch (end) {
            case ANSWERED -> forwarded.increment();
            case REFUSED -> refused.increment();
            case BROKEN -> broken.increment();
        }
    }

    @Override
    public void close() {
        clients.close();
    }
}
