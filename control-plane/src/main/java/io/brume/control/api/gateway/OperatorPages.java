package io.brume.control.api.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.brume.common.aws.HttpReply;
import io.brume.common.time.Time;
import io.brume.control.api.ApiHandler;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /health}, {@code /ready} and {@code /metrics}. Thread-safe. */
final class OperatorPages {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorPages.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrometheusMeterRegistry metrics;
    private final List<Readiness> checks;
    private final Time time;
    private final long startNanos;

    OperatorPages(PrometheusMeterRegistry metrics, List<Readiness> checks, Time time) {
        this.metrics = metrics;
        this.checks = List.copyOf(checks);
        this.time = time;
        this.startNanos = time.nanos();
    }

    Optional<ApiHandler> page(String path) {
        return switch (path) {
            case "/health" -> Optional.of((call, origin) -> health());
            case "/ready" -> Optional.of((call, origin) -> ready());
            case "/metrics" -> Optional.of((call, origin) -> scrape());
            default -> Optional.empty();
        };
    }

    private HttpReply health() {
        var body = new LinkedHashMap<String, Object>();
        body.put("status", "ok");
        body.put("version", version());
        body.put("uptimeSeconds", time.since(startNanos).toSeconds());
        return json(200, body);
    }

    private HttpReply ready() {
        var results = new ArrayList<Map<String, Object>>();
        boolean all = true;
        for (var check : checks) {
            var problem = problem(check);
            all &= problem.isEmpty();
            var result = new LinkedHashMap<String, Object>();
            result.put("name", check.name());
            result.put("ok", problem.isEmpty());
            problem.ifPresent(text -> result.put("problem", text));
            results.add(result);
        }
        var body = new LinkedHashMap<String, Object>();
        body.put("status", all ? "ready" : "not ready");
        body.put("checks", results);
        return json(all ? 200 : 503, body);
    }

    private static Optional<String> problem(Readiness check) {
        try {
            return check.problem().get();
        } catch (RuntimeException e) {
            LOG.warn("the readiness check {} failed", check.name(), e);
            return Optional.of("the check itself failed: " + e.getClass().getSimpleName());
        }
    }

    private HttpReply scrape() {
        return new HttpReply(
                200,
                Map.of("Content-Type", "text/plain; version=0.0.4; charset=utf-8"),
                metrics.scrape().getBytes(UTF_8));
    }

    private static HttpReply json(int status, Object body) {
        try {
            var headers = Map.of("Content-Type", "application/json", "Cache-Control", "no-store");
            return new HttpReply(status, headers, JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of text are JSON", e);
        }
    }

    private static String version() {
        var version = OperatorPages.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
