package io.brume.storage.object.engine;

import io.brume.common.config.HostPort;
import io.brume.storage.object.group.PlacementMap;
import io.brume.storage.object.index.group.IndexGroup;
import io.brume.storage.object.index.group.IndexGroup.Member;
import io.brume.storage.peers.PeerChannels.Peer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** The nodes and their ports. */
record EngineMap(List<EngineMap.Node> nodes) {
    static final UUID INDEX = new UUID(0x6272756d65L, 4);
    private static final int GROUPS = 8;

    /** A node's ports. */
    record Node(String name, int blobs, int raft) {
        @Override
        public String toString() {
            return name + ":" + blobs + ":" + raft;
        }
    }

    static EngineMap parse(String text) {
        return new EngineMap(
                Arrays.stream(text.split(","))
                        .map(one -> one.split(":"))
                        .map(one ->
                                new Node(
                                        one[0], Integer.parseInt(one[1]), Integer.parseInt(one[2])))
                        .toList());
    }

    @Override
    public String toString() {
        return nodes.stream().map(Node::toString).collect(Collectors.joining(","));
    }

    Node node(String name) {
        return nodes.stream().filter(one -> one.name().equals(name)).findAny().orElseThrow();
    }

    /** Each group is on all nodes. */
    PlacementMap placement(String self) {
        Map<Integer, List<String>> groups = new HashMap<>();
        Map<String, HostPort> addresses = new HashMap<>();
        for (int group = 0; group < GROUPS; group++) {
            groups.put(group, nodes.stream().map(Node::name).toList());
        }
        nodes.forEach(node -> addresses.put(node.name(), address(node.blobs())));
        return new PlacementMap(1, self, groups, addresses);
    }

    private static HostPort address(int port) {
        return new HostPort("127.0.0.1", port);
    }

    /** Who keeps the index: names; a group of one is to be founded. */
    IndexGroup index(String names) {
        List<Member> members =
                Arrays.stream(names.split(","))
                        .map(this::node)
                        .map(node ->
                                new Member(
                                        "member-" + node.name(),
                                        address(node.raft()),
                                        new Peer(node.name(), address(node.blobs()))))
                        .toList();
        return new IndexGroup(INDEX, members.size() > 1, members);
    }
}
