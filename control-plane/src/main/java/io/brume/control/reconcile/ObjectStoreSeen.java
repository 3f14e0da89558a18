package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.object.IndexGroup;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What is known of the storage nodes that take part in the object store.
 *
 * @param replaceAfter how long a node may be away before it counts as lost
 */
record ObjectStoreSeen(Map<NodeId, Node> nodes, Duration replaceAfter) {
    ObjectStoreSeen {
        nodes = Map.copyOf(nodes);
        requireNonNull(replaceAfter);
    }

    /**
     * One node.
     *
     * @param away since when it has no session; empty while it has one
     * @param word the last of this session
     */
    record Node(NodeId id, String zone, String host, Optional<Duration> away, Optional<Word> word) {
        boolean here() {
            return away.isEmpty();
        }
    }

    /**
     * What a node says.
     *
     * @param indexMembers empty unless it leads
     * @param completeEpochs by placement group, see PlacementGroupObservation
     */
    record Word(
            boolean leads,
            Optional<UUID> indexGroup,
            Set<String> indexMembers,
            Map<Integer, Long> completeEpochs) {
        Word {
            indexMembers = Set.copyOf(indexMembers);
            completeEpochs = Map.copyOf(completeEpochs);
        }
    }

    boolean isHere(NodeId id) {
        var node = nodes.get(id);
        return node != null && node.here();
    }

    /** Whether it is not waited for any more. */
    boolean isLost(NodeId id) {
        var node = nodes.get(id);
        return node == null
                || node.away().filter(away -> away.compareTo(replaceAfter) > 0).isPresent();
    }

    /** Those that can be given something, in a fixed order. */
    List<Node> candidates() {
        return nodes.values().stream()
                .filter(Node::here)
                .sorted(Comparator.comparing(Node::id))
                .toList();
    }

    /** Who says that it leads the group, and with whom. */
    List<Set<String>> leadersMembers(IndexGroup group) {
        return nodes.values().stream()
                .filter(Node::here)
                .flatMap(node -> node.word().stream())
                .filter(word -> word.leads() && word.indexGroup().equals(Optional.of(group.id())))
                .map(Word::indexMembers)
                .toList();
    }

    /** Whether a node has everything of a group that there was when the epoch began. */
    boolean isComplete(NodeId id, int group, long epoch) {
        var node = nodes.get(id);
        return node != null
                && node.here()
                && node.word()
                        .filter(word -> word.completeEpochs().getOrDefault(group, 0L) >= epoch)
                        .isPresent();
    }

    /** How well a set of nodes is spread: more zones first, then more hosts. */
    Spread spread(Set<NodeId> ids) {
        var known = ids.stream().map(nodes::get).filter(node -> node != null).toList();
        return new Spread(
                (int) known.stream().map(Node::zone).distinct().count(),
                (int) known.stream().map(Node::host).distinct().count());
    }

    /** Over how many zones and hosts. */
    record Spread(int zones, int hosts) implements Comparable<Spread> {
        private static final Comparator<Spread> ORDER =
                Comparator.comparingInt(Spread::zones).thenComparingInt(Spread::hosts);

        @Override
        public int compareTo(Spread other) {
            return ORDER.compare(this, other);
        }
    }
}
