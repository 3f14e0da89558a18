package io.brume.common.aws.shared;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/**
 * EC2's filters over one kind of item, declared as a table of names and what they look at:
 *
 * {@snippet :
 * static final Filters<Volume> FILTERS =
 *         Filters.<Volume>table()
 *                 .value("volume-id", Volume::id)
 *                 .values("attachment.instance-id", Volume::instanceIds)
 *                 .tags(Volume::tags)
 *                 .build();
 *
 * var wanted = volumes.stream().filter(FILTERS.matcher(request.filters())).toList();
 * }
 *
 * <p>An item fits when every filter has a value that fits one of the item's. Values know the
 * wildcards {@code *} and {@code ?}; names and values are case-sensitive. {@code tag:KEY} and
 * {@code tag-key} come with {@link Table#tags}. Immutable and thread-safe.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html">EC2,
 * filtering</a>.
 */
public final class Filters<T> {
    /** EC2 accepts this many values over all filters of a request. */
    private static final int MOST_VALUES = 200;

    private static final int LONGEST_VALUE = 1024;
    private static final String TAG = "tag:";
    private static final String TAG_KEY = "tag-key";

    private final Map<String, Function<? super T, ? extends Collection<String>>> columns;
    private final @Nullable Function<? super T, Map<String, String>> tags;

    private Filters(Table<T> table) {
        this.columns = Map.copyOf(table.columns);
        this.tags = table.tags;
    }

    public static <T> Table<T> table() {
        return new Table<>();
    }

    /** The names of an operation's filters, each with what it looks at. */
    public static final class Table<T> {
        private final Map<String, Function<? super T, ? extends Collection<String>>> columns =
                new LinkedHashMap<>();
        private @Nullable Function<? super T, Map<String, String>> tags;

        private Table() {}

        /**
         * Adds a filter.
         *
         * @param of the item's one value; null where it has none, which no filter fits
         */
        public Table<T> value(String name, Function<? super T, @Nullable String> of) {
            requireNonNull(of);
            return values(
                    name,
                    item -> {
                        var value = of.apply(item);
                        return value == null ? List.of() : List.of(value);
                    });
        }

        /** Adds a filter over several values, of which one must fit. */
        public Table<T> values(String name, Function<? super T, ? extends Collection<String>> of) {
            if (columns.put(requireNonNull(name), requireNonNull(of)) != null) {
                throw new IllegalArgumentException("the filter " + name + " is there already");
            }
            return this;
        }

        /** Adds {@code tag:KEY} and {@code tag-key}. */
        public Table<T> tags(Function<? super T, Map<String, String>> of) {
            tags = requireNonNull(of);
            return this;
        }

        public Filters<T> build() {
            return new Filters<>(this);
        }
    }

    /** The names that are known, {@code tag:KEY} apart. */
    public Set<String> names() {
        var names = new HashSet<>(columns.keySet());
        if (tags != null) {
            names.add(TAG_KEY);
        }
        return Set.copyOf(names);
    }

    /**
     * What a request asks for.
     *
     * @param filters the request's, of whatever service's class; none let everything through
     * @throws Fault {@code InvalidParameterValue} for a name that is not in the table, a filter
     *     without values, or too many or too long values
     */
    public Predicate<T> matcher(List<? extends SdkPojo> filters) {
        return matcherOf(FilterTerm.of(filters));
    }

    /** As {@link #matcher}, for terms from elsewhere. */
    public Predicate<T> matcherOf(List<FilterTerm> terms) {
        if (terms.stream().mapToInt(term -> term.values().size()).sum() > MOST_VALUES) {
            throw Fault.invalid(
                    "FilterLimitExceeded",
                    "The maximum number of filter values specified on a single call is "
                            + MOST_VALUES);
        }
        List<Predicate<T>> all = new ArrayList<>();
        for (var term : terms) {
            all.add(predicate(term));
        }
        return item -> all.stream().allMatch(each -> each.test(item));
    }

    private Predicate<T> predicate(FilterTerm term) {
        var column = column(term.name());
        if (term.values().isEmpty()) {
            throw Fault.invalid(
                    "InvalidParameterValue", "The filter '" + term.name() + "' has no values");
        }
        Set<String> literals = new HashSet<>();
        List<Wildcard> wildcards = new ArrayList<>();
        for (var value : term.values()) {
            if (value.length() > LONGEST_VALUE) {
                throw Fault.invalid(
                        "InvalidParameterValue",
                        "A value of the filter '" + term.name() + "' is too long");
            }
            var wildcard = new Wildcard(value);
            var literal = wildcard.literal();
            if (literal == null) {
                wildcards.add(wildcard);
            } else {
                literals.add(literal);
            }
        }
        return item -> {
            for (var value : column.apply(item)) {
                if (literals.contains(value)
                        || wildcards.stream().anyMatch(each -> each.matches(value))) {
                    return true;
                }
            }
            return false;
        };
    }

    private Function<? super T, ? extends Collection<String>> column(String name) {
        var found = columns.get(name);
        if (found != null) {
            return found;
        }
        var byTag = tags;
        if (byTag != null && name.equals(TAG_KEY)) {
            return item -> byTag.apply(item).keySet();
        }
        if (byTag != null && name.startsWith(TAG) && name.length() > TAG.length()) {
            var key = name.substring(TAG.length());
            return item -> {
                var value = byTag.apply(item).get(key);
                return value == null ? List.of() : List.of(value);
            };
        }
        throw Fault.invalid("InvalidParameterValue", "The filter '" + clip(name) + "' is invalid");
    }

    private static String clip(String name) {
        return name.codePoints()
                .limit(128)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }
}
