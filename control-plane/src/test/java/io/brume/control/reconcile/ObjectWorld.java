package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.object.IndexGroup;
import io.brume.control.domain.object.ObjectStore;
import io.brume.control.domain.object.PlacementGroup;
import io.brume.control.domain.object.PlacementMember;
import io.brume.control.domain.object.PlacementRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Storage nodes that do what the object store's words ask of them, one turn at a time: they hear of
 * words late, cannot reach one another now and then, keep blobs and an index group.
 */
final class ObjectWorld {
    private static final Duration REPLACE_AFTER = Duration.ofSeconds(10);

    /** Enough to see every kind of move; the real number only takes longer. */
    static final int GROUPS = PlacementGroup.COUNT;

    /** A storage node. */
    private static final class Node {
        final NodeId id;
        boolean up = true;
        boolean destroyed;
        int awayTurns;
        ObjectStore told = ObjectStore.NONE;
        final Map<Integer, Set<Integer>> blobs = new HashMap<>();
        final Map<Integer, Long> complete = new HashMap<>();

        Node(NodeId id) {
            this.id = id;
        }

        Set<Integer> blobs(int group) {
            return blobs.computeIfAbsent(group, _ -> new HashSet<>());
        }

        Optional<PlacementGroup> group(int number) {
            return told.groups().stream().filter(one -> one.number() == number).findFirst();
        }
    }

    private final Random random;
    private final Map<NodeId, Node> nodes = new TreeMap<>();
    private final Map<Integer, Set<Integer>> acknowledged = new HashMap<>();
    private ObjectStore store = ObjectStore.NONE;
    private Set<String> indexMembers = Set.of();
    private int nextNode = 1;
    private int nextBlob = 1;
    private int founded;

    ObjectWorld(long seed) {
        random = new Random(seed);
    }

    NodeId join() {
        var id = new NodeId("node-%017x".formatted(nextNode++));
        nodes.put(id, new Node(id));
        return id;
    }

    ObjectStore store() {
        return store;
    }

    List<NodeId> up() {
        return nodes.values().stream().filter(node -> node.up).map(node -> node.id).toList();
    }

    void stop(NodeId id) {
        var node = node(id);
        node.up = false;
        node.awayTurns = 0;
        node.complete.clear();
    }

    void start(NodeId id) {
        var node = node(id);
        if (!node.destroyed) {
            node.up = true;
            node.awayTurns = 0;
        }
    }

    /** It never comes back, and its disk is gone. */
    void destroy(NodeId id) {
        stop(id);
        var node = node(id);
        node.destroyed = true;
        node.blobs.clear();
    }

    private Node node(NodeId id) {
        return requireNonNull(nodes.get(id));
    }

    /** The control plane and every node have a turn, and some blobs are written. */
    void turn() {
        nodes.values().stream().filter(node -> !node.up).forEach(node -> node.awayTurns++);
        plan();
        for (var node : nodes.values()) {
            if (node.up && random.nextInt(4) > 0) {
                node.told = store;
            }
        }
        lead();
        for (int i = 0; i < 8; i++) {
            write(random.nextInt(GROUPS));
        }
        for (var node : nodes.values()) {
            if (node.up) {
                node.told.groups().forEach(group -> compare(node, group));
            }
        }
        check();
    }

    void settle() {
        for (int i = 0; i < 600 && !isSettled(); i++) {
            turn();
        }
        assertThat(isSettled()).as("settled: %s", store).isTrue();
    }

    boolean isSettled() {
        int copies = Math.min(PlacementGroup.COPIES, up().size());
        return !store.groups().isEmpty()
                && store.groups().stream()
                        .allMatch(group ->
                                group.atRest()
                                        && group.nodes().stream().filter(up()::contains).count()
                                                >= copies)
                && isLevel()
                && store.index().filter(this::isSettled).isPresent();
    }

    private boolean isSettled(IndexGroup index) {
        long members = index.members().stream().filter(one -> node(one.node()).up).count();
        return index.founded()
                && index.names().equals(indexMembers)
                && members >= Math.min(IndexGroup.MOST_MEMBERS, up().size());
    }

    private boolean isLevel() {
        var loads =
                up().stream()
                        .mapToLong(node ->
                                store.groups().stream()
                                        .filter(group -> group.wanted().contains(node))
                                        .count())
                        .summaryStatistics();
        return loads.getMax() - loads.getMin() <= 1;
    }

    private void plan() {
        var before = store;
        store = ObjectStorePlanner.next(store, seen(), new UUID(random.nextLong(), 1));
        if (!before.index().equals(store.index()) && store.index().isPresent()) {
            var now = store.index().get();
            if (before.index().isPresent() && before.index().get().founded()) {
                var was = before.index().get();
                assertThat(now.id()).isEqualTo(was.id());
                var never = new HashSet<>(was.names());
                never.removeAll(indexMembers);
                // One change at a time; only who never came may be replaced before that is done.
                assertThat(was.names().equals(indexMembers) || !never.isEmpty()).isTrue();
            } else if (now.founded()) {
                founded++;
                assertThat(founded).isEqualTo(1);
            }
        }
    }

    private ObjectStoreSeen seen() {
        var seen = new HashMap<NodeId, ObjectStoreSeen.Node>();
        for (var node : nodes.values()) {
            boolean leads = node.up && leader().filter(one -> one == node).isPresent();
            seen.put(
                    node.id,
                    new ObjectStoreSeen.Node(
                            node.id,
                            "zone",
                            node.id.value(),
                            node.up
                                    ? Optional.empty()
                                    : Optional.of(Duration.ofSeconds(node.awayTurns)),
                            node.up
                                    ? Optional.of(
                                            new ObjectStoreSeen.Word(
                                                    leads,
                                                    node.told.index().map(IndexGroup::id),
                                                    leads ? indexMembers : Set.of(),
                                                    Map.copyOf(node.complete)))
                                    : Optional.empty()));
        }
        return new ObjectStoreSeen(seen, REPLACE_AFTER);
    }

    // The index

    /** The first member, where more than half of them are up. */
    private Optional<Node> leader() {
        var members = members(indexMembers);
        return majority(members)
                ? members.stream().filter(node -> node.up).findFirst()
                : Optional.empty();
    }

    private List<Node> members(Set<String> names) {
        return names.stream()
                .sorted()
                .map(name -> node(new NodeId(name.substring(0, name.indexOf('.')))))
                .toList();
    }

    private static boolean majority(List<Node> members) {
        return members.stream().filter(node -> node.up).count() * 2 > members.size();
    }

    private void lead() {
        for (var node : nodes.values()) {
            var index = node.told.index();
            if (node.up
                    && index.isPresent()
                    && !index.get().founded()
                    && index.get().members().getFirst().node().equals(node.id)
                    && index.get().equals(store.index().orElse(null))) {
                indexMembers = index.get().names();
            }
        }
        leader().flatMap(node -> node.told.index())
                .filter(IndexGroup::founded)
                .ifPresent(wanted -> {
                    var fresh = new HashSet<>(wanted.names());
                    fresh.removeAll(indexMembers);
                    boolean reachable = members(fresh).stream().allMatch(node -> node.up);
                    if (reachable && majority(members(wanted.names()))) {
                        indexMembers = wanted.names();
                    }
                });
    }

    // Blobs

    private boolean reaches() {
        return random.nextInt(5) > 0;
    }

    private void write(int number) {
        var up = up();
        if (up.isEmpty()) {
            return;
        }
        var writer = node(up.get(random.nextInt(up.size())));
        var group = writer.group(number).orElse(null);
        if (group == null) {
            return;
        }
        int blob = nextBlob++;
        int done = 0;
        boolean refused = false;
        int receivers = 0;
        for (var member : group.members()) {
            if (member.role() == PlacementRole.LEAVING) {
                continue;
            }
            receivers++;
            var node = node(member.node());
            if (node.up && reaches()) {
                if (node.group(number).map(PlacementGroup::epoch).orElse(0L) > group.epoch()) {
                    refused = true;
                } else {
                    node.blobs(number).add(blob);
                    done++;
                }
            }
        }
        if (!refused && done >= Math.min(2, receivers)) {
            acknowledged.computeIfAbsent(number, _ -> new HashSet<>()).add(blob);
        }
    }

    private void compare(Node node, PlacementGroup group) {
        var self = group.on(node.id).orElse(null);
        if (self == null) {
            node.blobs.remove(group.number());
            node.complete.remove(group.number());
            return;
        }
        boolean sure = self.role() != PlacementRole.FILLING;
        for (var member : group.members()) {
            if (!member.node().equals(node.id) && !member.lost()) {
                var other = node(member.node());
                boolean heard =
                        other.group(group.number()).map(PlacementGroup::epoch).orElse(0L)
                                >= group.epoch();
                if (!other.up || !heard || !reaches()) {
                    return;
                }
                sure |= member.role() != PlacementRole.FILLING;
            }
        }
        for (PlacementMember member : group.members()) {
            if (!member.lost()) {
                node.blobs(group.number()).addAll(node(member.node()).blobs(group.number()));
            }
        }
        if (sure) {
            node.complete.put(group.number(), group.epoch());
        }
    }

    /** What was acknowledged is where the groups say that blobs are. */
    private void check() {
        for (var group : store.groups()) {
            var kept = new HashSet<Integer>();
            for (var member : group.members()) {
                var node = node(member.node());
                if (!node.destroyed) {
                    kept.addAll(node.blobs(group.number()));
                }
            }
            assertThat(kept)
                    .as("%s", group)
                    .containsAll(acknowledged.getOrDefault(group.number(), Set.of()));
        }
    }

    /** Where everything that was acknowledged must be once all is settled. */
    void checkCopies() {
        for (var group : store.groups()) {
            var wanted = acknowledged.getOrDefault(group.number(), Set.of());
            var full = new ArrayList<NodeId>();
            for (var id : group.nodes()) {
                if (node(id).up && node(id).blobs(group.number()).containsAll(wanted)) {
                    full.add(id);
                }
            }
            assertThat(full).as("%s", group).hasSizeGreaterThanOrEqualTo(Math.min(2, up().size()));
        }
    }
}
