package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.storage.object.model.Coding;
import io.brume.storage.object.model.Redundancy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which nodes keep which placement groups.
 *
 * @param version a higher one is newer
 * @param self this node
 * @param groups by number, below {@link Redundancy#GROUPS}; at least one; the members of each, at
 *     least one
 * @param addresses where the nodes' blobs are reached; one that is missing cannot be
 * @param coding the nodes that keep fragments, in order
 */
public record PlacementMap(
        long version,
        String self,
        Map<Integer, List<String>> groups,
        Map<String, HostPort> addresses,
        List<String> coding) {
    public PlacementMap {
        requireNonNull(self);
        groups = Map.copyOf(groups);
        addresses = Map.copyOf(addresses);
        coding = List.copyOf(coding);
        if (groups.isEmpty() || groups.values().stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException("a group has at least a member");
        }
    }

    /** With fragments on all nodes that keep groups and can be reached. */
    public PlacementMap(
            long version,
            String self,
            Map<Integer, List<String>> groups,
            Map<String, HostPort> addresses) {
        this(version, self, groups, addresses, coding(self, groups, addresses));
    }

    private static List<String> coding(
            String self, Map<Integer, List<String>> groups, Map<String, HostPort> addresses) {
        return groups.values().stream()
                .flatMap(List::stream)
                .distinct()
                .filter(node -> node.equals(self) || addresses.containsKey(node))
                .sorted()
                .toList();
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

    /** Of coded ones, those of first fragments, in the best coding. */
    private IntStream numbers(Redundancy redundancy) {
        if (redundancy == Redundancy.CODED) {
            return Coding.best(coding.size()).stream()
                    .flatMapToInt(best -> placedBelow(Coding.GROUPS).map(g -> best.group(g, 0)));
        }
        return placedBelow(Redundancy.GROUPS).map(redundancy::group);
    }

    private IntStream placedBelow(int end) {
        return groups.keySet().stream().mapToInt(Integer::intValue).filter(group -> group < end);
    }

    private IntStream fragments(Coding kind) {
        return placedBelow(Coding.GROUPS)
                .flatMap(group ->
                        IntStream.range(0, kind.all()).map(part -> kind.group(group, part)));
    }

    private boolean isMine(int group) {
        return members(group).contains(self);
    }

    /** All groups that this node keeps. */
    IntStream mine() {
        IntStream copies =
                Arrays.stream(Redundancy.values())
                        .filter(redundancy -> redundancy != Redundancy.CODED)
                        .flatMapToInt(this::numbers);
        IntStream coded = Arrays.stream(Coding.values()).flatMapToInt(this::fragments);
        return IntStream.concat(copies, coded).filter(this::isMine);
    }

    /**
     * The nodes that keep a group; none when nobody knows it. Where fewer copies are kept, it is
     * those that the control plane names first.
     */
    public List<String> members(int group) {
        Optional<Coding> coded = Coding.of(group);
        if (coded.isPresent()) {
            return coding.isEmpty()
                    ? List.of()
                    : List.of(nodes(group, coded.get()).get(Coding.fragment(group)));
        }
        List<String> all = groups.getOrDefault(Redundancy.placed(group), List.of());
        return switch (Redundancy.of(group)) {
            case COPIES -> all;
            case TWO_COPIES -> first(2, all);
            case ONE_COPY -> first(1, all);
            case CODED -> throw new IllegalStateException("it has a coding");
        };
    }

    /** The nodes that keep the fragments of a coded group's blobs, in their order. */
    private List<String> nodes(int group, Coding kind) {
        return Rendezvous.of(Coding.placed(group), kind.all(), coding);
    }

    private static List<String> first(int count, List<String> nodes) {
        return nodes.subList(0, Math.min(count, nodes.size()));
    }
}
