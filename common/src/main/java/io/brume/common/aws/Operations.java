package io.brume.common.aws;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The operations that a service offers, and the names and routes of those that AWS has and it does
 * not. Knowing the routes of both matters for safety: without them {@code DELETE /bucket?policy}
 * would fall through to the deletion of the bucket. Immutable.
 */
final class Operations {
    /** A request's operation; null when AWS has it and the service does not offer it. */
    record Routed(String name, @Nullable Operation operation, Map<String, String> labels) {}

    private final Map<String, Operation> offered;
    private final Map<String, Route> absentRoutes;
    private final Set<String> known;

    /**
     * @param known every name that AWS has
     * @param absentRoutes the routes of those not offered
     */
    Operations(Collection<Operation> offered, Set<String> known, Map<String, Route> absentRoutes) {
        var byName = new HashMap<String, Operation>();
        offered.forEach(operation -> byName.put(operation.name(), operation));
        this.offered = Map.copyOf(byName);
        this.known = Set.copyOf(known);
        this.absentRoutes = Map.copyOf(absentRoutes);
    }

    Set<String> offered() {
        return offered.keySet();
    }

    @Nullable Operation find(String name) {
        return offered.get(name);
    }

    /** Whether AWS has an operation of this name, offered here or not. */
    boolean isKnown(String name) {
        return known.contains(name) || offered.containsKey(name);
    }

    /** What a request means; null when it means nothing that AWS knows. */
    @Nullable Routed route(HttpCall call, Parameters parameters) {
        List<String> segments = new ArrayList<>(Route.segments(call.path()));
        Routed best = null;
        int top = -1;
        for (var operation : offered.values()) {
            var route = operation.route();
            var match = route == null ? null : route.match(call, call.path(), segments, parameters);
            if (match != null && match.score() > top) {
                top = match.score();
                best = new Routed(operation.name(), operation, match.labels());
            }
        }
        for (var absent : absentRoutes.entrySet()) {
            var match = absent.getValue().match(call, call.path(), segments, parameters);
            if (match != null && match.score() > top) {
                top = match.score();
                best = new Routed(absent.getKey(), null, match.labels());
            }
        }
        return best;
    }
}
