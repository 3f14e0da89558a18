package io.brume.control.scheduler;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses a host for each instance: first what rules a host out, then which of the rest is best.
 *
 * <p>A pure function, so thread-safe. The cost of one placement is linear in the number of hosts;
 * equal hosts are chosen between by their ids, so that the same view gives the same answer.
 */
public final class Scheduler {
    private final Strategy strategy;

    public Scheduler(Strategy strategy) {
        this.strategy = requireNonNull(strategy);
    }

    /**
     * The answer to a number of demands: hosts for a first part of them, and why the next one found
     * none.
     */
    public record Placement(List<NodeView> chosen, Optional<String> refusal) {
        public Placement {
            chosen = List.copyOf(chosen);
        }
    }

    /**
     * Places demands one after the other, each seeing what those before it took, until one finds no
     * room.
     */
    public Placement place(Collection<NodeView> cluster, List<Demand> demands) {
        var nodes = new ArrayList<>(cluster);
        var chosen = new ArrayList<NodeView>(demands.size());
        for (var demand : demands) {
            int best = best(nodes, demand);
            if (best < 0) {
                return new Placement(chosen, Optional.of(explain(nodes, demand)));
            }
            var node = nodes.get(best);
            chosen.add(node);
            nodes.set(best, node.withUsed(node.used().plus(demand.resources())));
        }
        return new Placement(chosen, Optional.empty());
    }

    private int best(List<NodeView> nodes, Demand demand) {
        int best = -1;
        double bestScore = 0;
        for (int i = 0; i < nodes.size(); i++) {
            var node = nodes.get(i);
            if (!suits(node, demand)) {
                continue;
            }
            if (demand.preferred().equals(Optional.of(node.id()))) {
                return i;
            }
            double score = strategy.score(node, demand);
            if (best < 0
                    || score > bestScore
                    || (score == bestScore && before(node, nodes.get(best)))) {
                best = i;
                bestScore = score;
            }
        }
        return best;
    }

    private static boolean before(NodeView a, NodeView b) {
        return a.id().value().compareTo(b.id().value()) < 0;
    }

    private static boolean suits(NodeView node, Demand demand) {
        for (var refusal : REFUSALS) {
            if (refusal.applies(node, demand)) {
                return false;
            }
        }
        return true;
    }

    private static final Refusal[] REFUSALS = Refusal.values();

    private static String explain(List<NodeView> nodes, Demand demand) {
        if (nodes.isEmpty()) {
            return "no host has joined the cloud";
        }
        Map<Refusal, Integer> counts = new EnumMap<>(Refusal.class);
        for (var node : nodes) {
            Refusal.of(node, demand).ifPresent(refusal -> counts.merge(refusal, 1, Integer::sum));
        }
        var words = new ArrayList<String>();
        counts.forEach((refusal, count) -> words.add(count + " " + refusal.words()));
        return "of "
                + nodes.size()
                + (nodes.size() == 1 ? " host, " : " hosts, ")
                + String.join(", ", words);
    }
}
