package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.storage.object.model.Redundancy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which nodes keep which placement groups.
 *
 * @param version a higher one is newer
 * @param self this node
 * @param groups by number, below {@link Redundancy#GROUPS}; at least one; the members of each, at
 *     least one
 * @param addresses where the nodes' blobs are reached; one that is missing cannot be
 */
public record PlacementMap(
        long version,
        String self,
        Map<Integer, List<String>> groups,
        Map<String, HostPort> addresses) {
    public PlacementMap {
        requireNonNull(self);
        groups = Map.copyOf(groups);
        addresses = Map.copyOf(addresses);
        if (groups.isEmpty() || groups.values().stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException("a group has at least a member");
        }
    }

    /** One node that keeps everything itself. */
    public static PlacementMap alone(String self) {
        return new PlacementMap(0, self, Map.of(0, List.of(self)), Map.of());
    }

    /** The groups for what is written here: those of this node if there are any. */
    int[] preferred(Redundancy redundancy) {
        int[] mine = numbers(redundancy).filter(this::isMine).toArray();
        return mine.length > 0 ? mine : numbers(redundancy).toArray();
    }

    private IntStream numbers(Redundancy redundancy) {
        return groups.keySet().stream().mapToInt(redundancy::group);
    }

    private boolean isMine(int group) {
        return members(group).contains(self);
    }

    /** All groups that this node keeps. */
    IntStream mine() {
        return Arrays.stream(Redundancy.values()).flatMapToInt(this::numbers).filter(this::isMine);
    }

    /**
     * The nodes that keep a group; none when nobody knows it. Where fewer copies are kept, it is
     * those that the control plane names first.
     */
    public List<String> members(int group) {
        List<String> all = groups.getOrDefault(Redundancy.placed(group), List.of());
        return switch (Redundancy.of(group)) {
            case COPIES -> all;
            case TWO_COPIES -> first(2, all);
            case ONE_COPY -> first(1, all);
        };
    }

    private static List<String> first(int count, List<String> nodes) {
        return nodes.subList(0, Math.min(count, nodes.size()));
    }
}
