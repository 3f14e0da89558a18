package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import java.util.List;
import java.util.Map;

/**
 * Which nodes keep which placement groups.
 *
 * @param version a higher one is newer
 * @param self this node
 * @param groups by number, 0 to 65,535; at least one; the members of each, at least one
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
    int[] preferred() {
        int[] mine =
                groups.entrySet().stream()
                        .filter(group -> group.getValue().contains(self))
                        .mapToInt(Map.Entry::getKey)
                        .toArray();
        return mine.length > 0
                ? mine
                : groups.keySet().stream().mapToInt(Integer::intValue).toArray();
    }

    /** The nodes that keep a group; none when nobody knows it. */
    public List<String> members(int group) {
        return groups.getOrDefault(group, List.of());
    }
}
