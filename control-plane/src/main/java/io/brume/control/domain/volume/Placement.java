package io.brume.control.domain.volume;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Where a volume lies, and who may write it.
 *
 * @param epoch counts the writers; a storage node refuses every older one
 * @param writer the agent that serves it, or keeps it in step; empty = nobody
 * @param fenced whether no writer of an older epoch can have a write acknowledged any more; the
 *     writer is told of the volume only then
 * @param copies how many replicas there should be
 * @param replicas at most one a storage node
 */
public record Placement(
        long epoch, Optional<NodeId> writer, boolean fenced, int copies, List<Replica> replicas) {
    public Placement {
        requireNonNull(writer);
        replicas = List.copyOf(replicas);
        if (epoch < 1) {
            throw new IllegalArgumentException("epochs begin with 1");
        }
        if (replicas.stream().map(Replica::node).distinct().count() != replicas.size()) {
            throw new IllegalArgumentException("two replicas on one node");
        }
    }

    /**
     * A first one.
     *
     * @param nodes the storage nodes that are to hold it
     * @param copies how many it is to have once there are nodes for them
     * @param writer the agent that is to serve it, when that is known already
     */
    public static Placement begun(
            Collection<NodeId> nodes,
            int copies,
            Optional<NodeId> writer,
            long revision,
            Instant now) {
        return new Placement(
                1,
                writer,
                true,
                copies,
                nodes.stream()
                        .map(node -> new Replica(node, ReplicaRole.IN_SYNC, revision, now))
                        .toList());
    }

    /** Another writer, or none; the one before is fenced off unless it is known to be gone. */
    public Placement withWriter(Optional<NodeId> next, boolean beforeIsGone) {
        return new Placement(
                epoch + 1, next, beforeIsGone || (writer.isEmpty() && fenced), copies, replicas);
    }

    public Placement withFenced() {
        return new Placement(epoch, writer, true, copies, replicas);
    }

    public Placement withReplicas(List<Replica> others) {
        return new Placement(epoch, writer, fenced, copies, others);
    }

    /** Each replica changed by a function. */
    public Placement eachReplica(UnaryOperator<Replica> change) {
        return withReplicas(replicas.stream().map(change).toList());
    }

    public Placement plus(Replica replica) {
        var more = new ArrayList<>(replicas);
        more.add(replica);
        return withReplicas(more);
    }

    public Placement without(NodeId node) {
        return withReplicas(
                replicas.stream().filter(replica -> !replica.node().equals(node)).toList());
    }

    public Optional<Replica> on(NodeId node) {
        return replicas.stream().filter(replica -> replica.node().equals(node)).findFirst();
    }

    /** All nodes that have a replica. */
    public Set<NodeId> nodes() {
        return replicas.stream().map(Replica::node).collect(Collectors.toUnmodifiableSet());
    }

    /** The nodes whose replicas have a role. */
    public Set<NodeId> nodes(ReplicaRole role) {
        return replicas.stream()
                .filter(replica -> replica.role() == role)
                .map(Replica::node)
                .collect(Collectors.toUnmodifiableSet());
    }

    public boolean has(ReplicaRole role) {
        return replicas.stream().anyMatch(replica -> replica.role() == role);
    }
}
