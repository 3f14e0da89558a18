package io.brume.control.api.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.fleet.Chunks.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class ChangesTest {
    private static Row row(int index, int content) {
        return new Row(index, new byte[] {(byte) content});
    }

    @Test
    void whatIsNewChangedOrGoneDiffers() {
        var changes =
                Changes.between(
                        List.of(row(0, 1), row(1, 1), row(3, 1)),
                        List.of(row(0, 1), row(1, 2), row(2, 1)),
                        100,
                        100);
        assertThat(changes.found())
                .containsExactly(
                        new Changes.Change(1, true),
                        new Changes.Change(2, false),
                        new Changes.Change(3, true));
        assertThat(changes.next()).isEmpty();
    }

    @Test
    void whatLiesBehindTheEndOfACutListIsNotKnown() {
        var changes =
                Changes.between(
                        List.of(row(0, 1), row(1, 1)), List.of(row(0, 1), row(9, 2)), 2, 100);
        assertThat(changes.found()).containsExactly(new Changes.Change(1, true));
        assertThat(changes.next()).hasValue(2);
    }

    @Test
    void equalSnapshotsDifferNowhereAndPagesMayBeEmpty() {
        var rows = List.of(row(0, 1), row(1, 1));
        assertThat(Changes.between(rows, rows, 2, 5).found()).isEmpty();
        assertThat(Changes.between(rows, rows, 2, 5).next()).hasValue(2);
        assertThat(Changes.between(List.of(), List.of(), 2, 5).next()).isEmpty();
    }

    private static Map<Integer, Integer> random(Random random) {
        Map<Integer, Integer> chunks = new TreeMap<>();
        int count = random.nextInt(40);
        for (int i = 0; i < count; i++) {
            chunks.put(random.nextInt(60), random.nextInt(3));
        }
        return chunks;
    }

    private static List<Row> rows(Map<Integer, Integer> chunks, int from, int most) {
        var rows = new ArrayList<Row>();
        chunks.forEach((index, content) -> {
            if (index >= from && rows.size() < most) {
                rows.add(row(index, content));
            }
        });
        return rows;
    }

    @Property(tries = 1000)
    void pagesTogetherAreAllDifferences(@ForAll long seed) {
        var random = new Random(seed);
        var first = random(random);
        var second = random(random);
        var expected = new ArrayList<Changes.Change>();
        var all = new TreeSet<>(first.keySet());
        all.addAll(second.keySet());
        for (int index : all) {
            if (!java.util.Objects.equals(first.get(index), second.get(index))) {
                expected.add(new Changes.Change(index, first.containsKey(index)));
            }
        }
        int limit = 1 + random.nextInt(50);
        int most = 1 + random.nextInt(10);
        var found = new ArrayList<Changes.Change>();
        var next = OptionalInt.of(0);
        for (int pages = 0; next.isPresent(); pages++) {
            assertThat(pages).isLessThan(200);
            int from = next.getAsInt();
            var page =
                    Changes.between(
                            rows(first, from, limit), rows(second, from, limit), limit, most);
            assertThat(page.found()).hasSizeLessThanOrEqualTo(most);
            found.addAll(page.found());
            next = page.next();
            if (next.isPresent()) {
                assertThat(next.getAsInt()).isGreaterThan(from);
            }
        }
        assertThat(found).isEqualTo(expected);
    }
}
