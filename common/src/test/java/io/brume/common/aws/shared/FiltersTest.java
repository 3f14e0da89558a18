package io.brume.common.aws.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.brume.common.aws.Fault;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.Filter;

final class FiltersTest {
    private record Thing(
            String id, @Nullable String zone, List<String> groups, Map<String, String> tags) {}

    private static final Filters<Thing> FILTERS =
            Filters.<Thing>table()
                    .value("thing-id", Thing::id)
                    .value("zone", Thing::zone)
                    .values("group-id", Thing::groups)
                    .tags(Thing::tags)
                    .build();

    private static final List<Thing> THINGS =
            List.of(
                    new Thing("t-1", "a", List.of("g-1", "g-2"), Map.of("Name", "web*")),
                    new Thing("t-2", "b", List.of("g-2"), Map.of("Name", "db", "env", "")),
                    new Thing("t-3", null, List.of(), Map.of()));

    private static List<String> ids(Filter... filters) {
        return THINGS.stream().filter(FILTERS.matcher(List.of(filters))).map(Thing::id).toList();
    }

    private static Filter filter(String name, String... values) {
        return Filter.builder().name(name).values(values).build();
    }

    @Test
    void letsEverythingThroughWithoutFilters() {
        assertThat(ids()).containsExactly("t-1", "t-2", "t-3");
    }

    @Test
    void joinsValuesByOrAndFiltersByAnd() {
        assertThat(ids(filter("thing-id", "t-1", "t-3"))).containsExactly("t-1", "t-3");
        assertThat(ids(filter("group-id", "g-2"), filter("zone", "b"))).containsExactly("t-2");
        assertThat(ids(filter("group-id", "g-1"), filter("group-id", "g-2")))
                .containsExactly("t-1");
    }

    @Test
    void knowsTags() {
        assertThat(ids(filter("tag:Name", "db"))).containsExactly("t-2");
        assertThat(ids(filter("tag:name", "db"))).isEmpty();
        assertThat(ids(filter("tag:Name", "w*"))).containsExactly("t-1");
        assertThat(ids(filter("tag:Name", "web\\*"))).containsExactly("t-1");
        assertThat(ids(filter("tag:env", ""))).containsExactly("t-2");
        assertThat(ids(filter("tag-key", "env", "Other"))).containsExactly("t-2");
    }

    @Test
    void hasNoMatchForAnAbsentValueEvenByAStar() {
        assertThat(ids(filter("zone", "*"))).containsExactly("t-1", "t-2");
        assertThat(ids(filter("tag:Name", "*"))).containsExactly("t-1", "t-2");
    }

    @Test
    void isCaseSensitive() {
        assertThat(ids(filter("thing-id", "T-1"))).isEmpty();
    }

    @Test
    void refusesAnUnknownName() {
        for (var name : List.of("Thing-Id", "owner", "tag:", "")) {
            var fault = fault(filter(name, "x"));
            assertThat(fault.code()).isEqualTo("InvalidParameterValue");
            assertThat(fault).hasMessage("The filter '" + name + "' is invalid");
        }
    }

    @Test
    void refusesFiltersWithoutOrWithTooManyValues() {
        assertThat(fault(Filter.builder().name("zone").build()).code())
                .isEqualTo("InvalidParameterValue");
        var many = IntStream.range(0, 201).mapToObj(Integer::toString).toArray(String[]::new);
        assertThat(fault(filter("zone", many)).code()).isEqualTo("FilterLimitExceeded");
    }

    @Test
    void refusesATableWithOneNameTwice() {
        var table = Filters.<Thing>table().value("zone", Thing::zone);
        assertThatThrownBy(() -> table.value("zone", Thing::id))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Fault fault(Filter filter) {
        return catchThrowableOfType(Fault.class, () -> FILTERS.matcher(List.of(filter)));
    }
}
