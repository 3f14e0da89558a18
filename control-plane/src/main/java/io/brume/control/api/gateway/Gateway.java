package io.brume.control.api.gateway;

import static java.util.Objects.requireNonNull;

import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import io.brume.control.api.ApiHandler;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The endpoint of the cloud: one port for every AWS service, Brume's own routes, and the pages that
 * operators and probes ask for. Thread-safe.
 */
public final class Gateway implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MAX_EVENT_LOOPS = 4;

    /**
     * What the gateway serves.
     *
     * @param region for the landing page
     * @param aws answers every AWS call
     * @param routes Brume's own
     * @param readiness asked by {@code /ready}
     * @param metrics shown by {@code /metrics}
     */
    public record Parts(
            String region,
            ApiHandler aws,
            List<GatewayRoute> routes,
            List<Readiness> readiness,
            PrometheusMeterRegistry metrics,
            Ids ids,
            Time time) {
        public Parts {
            requireNonNull(region);
            requireNonNull(aws);
            routes = List.copyOf(routes);
            readiness = List.copyOf(readiness);
            requireNonNull(metrics);
            requireNonNull(ids);
            requireNonNull(time);
        }
    }

    private final Vertx vertx;
    private final String deployment;
    private final int port;

    private Gateway(Vertx vertx, String deployment, int port) {
        this.vertx = vertx;
        this.deployment = deployment;
        this.port = port;
    }

    /**
     * Starts to listen; returns when requests are taken.
     *
     * @param vertx whose event loops are used; the caller closes it
     * @throws IllegalStateException when the port cannot be bound
     */
    public static Gateway start(Vertx vertx, GatewayOptions options, Parts parts) {
        var limits = options.limits();
        var calls = new Semaphore(limits.calls());
        var pages = new OperatorPages(parts.metrics(), parts.readiness(), parts.time());
        var shared =
                new Shared(
                        limits,
                        new Doors(parts.aws(), parts.region(), pages, parts.routes()),
                        calls,
                        new BodyBudget(limits.bodiesBytes()),
                        new GatewayMetrics(parts.metrics(), calls, limits.calls()),
                        parts.ids(),
                        parts.time());
        var verticles = new ConcurrentLinkedQueue<GatewayVerticle>();
        // Several event loops share one port by name; a port that is not known yet has no name.
        int loops =
                options.port() == 0
                        ? 1
                        : Math.min(MAX_EVENT_LOOPS, Runtime.getRuntime().availableProcessors());
        var deployed =
                vertx.deployVerticle(
                        () -> {
                            var verticle = new GatewayVerticle(shared, options);
                            verticles.add(verticle);
                            return verticle;
                        },
                        new DeploymentOptions().setInstances(loops));
        var address = options.host() + ":" + options.port();
        var id = await(deployed, "the gateway cannot listen on " + address);
        return new Gateway(vertx, id, verticles.element().port());
    }

    /** The port that is listened on. */
    public int port() {
        return port;
    }

    /** Takes no more requests, waits up to ten seconds for those under way, closes connections. */
    @Override
    public void close() {
        await(vertx.undeploy(deployment), "the gateway cannot be stopped");
    }

    private static <T> T await(Future<T> future, String problem) {
        try {
            return future.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(problem + ": timed out", e);
        } catch (Exception e) {
            throw new IllegalStateException(problem + ": " + e.getMessage(), e);
        }
    }
}
