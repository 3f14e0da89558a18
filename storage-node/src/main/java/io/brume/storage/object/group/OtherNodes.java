package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.storage.object.model.Redundancy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other nodes of the map, and which of them answer. One that once did not is left out until a
 * probe finds it back. Thread-safe.
 */
final class OtherNodes {
    private static final Logger LOG = LoggerFactory.getLogger(OtherNodes.class);

    private final BlobPeer.Directory directory;
    private final Set<String> down = ConcurrentHashMap.newKeySet();
    private volatile PlacementMap map;
    private volatile Map<String, BlobPeer> peers = Map.of();
    private volatile Map<Redundancy, int[]> preferred = Map.of();

    OtherNodes(BlobPeer.Directory directory, PlacementMap map) {
        this.directory = requireNonNull(directory);
        this.map = map;
        place(map);
    }

    PlacementMap map() {
        return map;
    }

    /** See {@link PlacementMap#preferred}, which each blob that is written asks for. */
    int[] preferred(Redundancy redundancy) {
        return requireNonNull(preferred.get(redundancy));
    }

    /** Replaces the map. */
    void place(PlacementMap now) {
        Map<String, BlobPeer> found = new HashMap<>();
        for (Map.Entry<String, HostPort> node : now.addresses().entrySet()) {
            if (!node.getKey().equals(now.self())) {
                found.put(node.getKey(), directory.peer(node.getKey(), node.getValue()));
            }
        }
        peers = Map.copyOf(found);
        map = now;
        Map<Redundancy, int[]> groups = new EnumMap<>(Redundancy.class);
        for (Redundancy redundancy : Redundancy.values()) {
            groups.put(redundancy, now.preferred(redundancy));
        }
        preferred = groups;
        down.retainAll(found.keySet());
    }

    /** A node, whether or not it answers; empty when nobody knows where it is. */
    Optional<BlobPeer> peer(String nodeId) {
        return Optional.ofNullable(peers.get(nodeId));
    }

    /** All of them. */
    List<BlobPeer> all() {
        return List.copyOf(peers.values());
    }

    /** Whether a node is thought to answer; this one does. */
    boolean isUp(String nodeId) {
        return nodeId.equals(map.self()) || (peers.containsKey(nodeId) && !down.contains(nodeId));
    }

    boolean allAreUp() {
        return peers.keySet().stream().noneMatch(down::contains);
    }

    /** A call of a node has failed: it is left out if it does not answer. */
    void failed(String nodeId, IOException why) {
        if (why instanceof PeerUnavailableException && down.add(nodeId)) {
            LOG.warn("{} does not answer: {}", nodeId, why.getMessage());
        }
    }

    /** Asks those that did not answer; which do again. */
    List<String> probe() {
        List<String> back = new ArrayList<>();
        for (String nodeId : down) {
            BlobPeer peer = peers.get(nodeId);
            if (peer != null) {
                try {
                    peer.check(0, 1);
                    back.add(nodeId);
                    LOG.info("{} answers again", nodeId);
                } catch (IOException e) {
                    LOG.debug("{} does not answer yet: {}", nodeId, e.getMessage());
                }
            }
        }
        down.removeAll(back);
        return back;
    }
}
