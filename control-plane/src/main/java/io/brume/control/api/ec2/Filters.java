package io.brume.control.api.ec2;

import io.brume.common.aws.Fault;
import io.brume.control.domain.tag.Tag;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.Filter;

/**
 * The filters that a Describe operation knows: what each looks at. A thing passes when, for every
 * filter, one of its values matches one that the thing has. Build it once; then immutable and
 * thread-safe.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html">Filtering</a>.
 */
final class Filters<T> {
    /** How many values all filters of a request may have together. */
    private static final int MAX_VALUES = 200;

    private final Map<String, Function<Tagged<T>, Stream<String>>> known = new HashMap<>();

    /** A filter on one value; null never matches. Whatever it is, its text is compared. */
    Filters<T> one(String name, Function<T, @Nullable Object> value) {
        return many(name, thing -> Stream.ofNullable(value.apply(thing)).map(String::valueOf));
    }

    /** A filter on several values. */
    Filters<T> many(String name, Function<T, Stream<String>> values) {
        return tagged(name, thing -> values.apply(thing.it()));
    }

    private Filters<T> tagged(String name, Function<Tagged<T>, Stream<String>> values) {
        known.put(name, values);
        return this;
    }

    /** {@code tag-key} and {@code tag:<key>}. */
    Filters<T> tags() {
        return tagged("tag-key", thing -> thing.tags().stream().map(Tag::key));
    }

    /**
     * What a request asks for.
     *
     * @throws Fault {@code InvalidParameterValue} for a filter that is not known
     */
    Predicate<Tagged<T>> of(List<Filter> filters) {
        int values = filters.stream().mapToInt(filter -> filter.values().size()).sum();
        if (values > MAX_VALUES) {
            throw Fault.quota(
                    "FilterLimitExceeded",
                    "The maximum number of filter values on a single call is " + MAX_VALUES + ".");
        }
        Predicate<Tagged<T>> all = thing -> true;
        for (Filter filter : filters) {
            all = all.and(predicate(filter));
        }
        return all;
    }

    private Predicate<Tagged<T>> predicate(Filter filter) {
        Function<Tagged<T>, Stream<String>> values = values(filter.name());
        List<String> patterns = List.copyOf(filter.values());
        return thing ->
                values.apply(thing)
                        .anyMatch(value -> patterns.stream().anyMatch(p -> Glob.matches(p, value)));
    }

    private Function<Tagged<T>, Stream<String>> values(@Nullable String name) {
        if (name == null) {
            throw Fault.invalid(
                    "MissingParameter", "The request must contain the parameter Filter.Name");
        }
        if (name.startsWith("tag:") && known.containsKey("tag-key")) {
            String key = name.substring("tag:".length());
            return thing ->
                    thing.tags().stream().filter(tag -> tag.key().equals(key)).map(Tag::value);
        }
        Function<Tagged<T>, Stream<String>> values = known.get(name);
        if (values == null) {
            throw Fault.invalid(
                    "InvalidParameterValue", "The filter '%s' is invalid".formatted(name));
        }
        return values;
    }
}
