package io.brume.storage.object.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.config.HostPort;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.Coding;
import io.brume.storage.object.model.Redundancy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which nodes keep copies and fragments. */
final class PlacementMapTest {
    private static final int GROUPS = 64;

    /** Nodes 0 to {@code nodes} - 1 but for one; each group is on three of them. */
    private static PlacementMap map(int nodes, int without) {
        var ids =
                IntStream.range(0, nodes)
                        .filter(node -> node != without)
                        .mapToObj(node -> "n-" + node)
                        .toList();
        Map<Integer, List<String>> groups = new HashMap<>();
        for (int group = 0; group < GROUPS; group++) {
            var members = new HashSet<String>();
            for (int i = 0; i < Math.min(3, ids.size()); i++) {
                members.add(ids.get((group + i) % ids.size()));
            }
            groups.put(group, List.copyOf(members));
        }
        Map<String, HostPort> addresses = new HashMap<>();
        ids.forEach(id -> addresses.put(id, new HostPort("127.0.0.1", 1)));
        return new PlacementMap(1, ids.getFirst(), groups, addresses);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6, 9})
    void everyGroupIsSomeones(int nodes) {
        var map = map(nodes, -1);
        assertThat(map.members(Redundancy.COPIES.group(5))).hasSize(Math.min(3, nodes));
        assertThat(map.members(Redundancy.TWO_COPIES.group(5))).hasSize(Math.min(2, nodes));
        assertThat(map.members(Redundancy.ONE_COPY.group(5))).hasSize(1);
        assertThat(map.preferred(Redundancy.COPIES)).isNotEmpty();
        assertThat(map.preferred(Redundancy.CODED).length > 0).isEqualTo(nodes >= 4);
        for (var coding : Coding.values()) {
            var holders = new HashSet<String>();
            for (int fragment = 0; fragment < coding.all(); fragment++) {
                holders.addAll(map.members(coding.group(5, fragment)));
            }
            assertThat(holders).hasSize(Math.min(nodes, coding.all()));
        }
    }

    @Test
    void fewFragmentsMoveWhenANodeIsLostAndAllAreSpread() {
        var before = map(9, -1);
        var after = map(9, 4);
        var counts = new HashMap<String, Integer>();
        int moved = 0;
        for (int group = 0; group < GROUPS; group++) {
            for (int fragment = 0; fragment < 6; fragment++) {
                int number = Coding.FOUR_AND_TWO.group(group, fragment);
                counts.merge(before.members(number).getFirst(), 1, Integer::sum);
                moved += before.members(number).equals(after.members(number)) ? 0 : 1;
            }
        }
        assertThat(counts.values()).hasSize(9).allMatch(count -> count > 20 && count < 70);
        assertThat(moved).isLessThan(GROUPS * 6 / 4);
    }

    @ParameterizedTest
    @EnumSource(Coding.class)
    void namesOfFragmentsTellWhatTheyAreOf(Coding coding) {
        var random = new Random(4);
        var id = BlobId.of(coding.group(200, 0), random.nextLong(), random.nextLong());
        var stored = Coding.stored(id);
        assertThat(stored).doesNotHaveDuplicates().hasSize(coding.all()).startsWith(id);
        assertThat(stored).allMatch(fragment -> Coding.whole(fragment).equals(id));
        for (var fragment : stored) {
            assertThat(Coding.of(fragment.group())).contains(coding);
            assertThat(Coding.placed(fragment.group())).isEqualTo(200);
        }
        var copy = BlobId.of(Redundancy.TWO_COPIES.group(9000), 1, 2);
        assertThat(Coding.stored(copy)).containsExactly(copy);
        assertThat(Coding.whole(copy)).isEqualTo(copy);
    }
}
