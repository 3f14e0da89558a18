package io.brume.common.aws;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decoded parameters of a query string or a form, in the order sent. Immutable. */
final class Parameters {
    private final Map<String, List<String>> values;

    private Parameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * @param raw percent-encoded, without a question mark; may be empty
     * @throws Malformed when it is not percent-encoded UTF-8, or has too many parameters
     */
    static Parameters parse(String raw) {
        var values = new LinkedHashMap<String, List<String>>();
        int count = 0;
        int at = 0;
        while (at < raw.length()) {
            int end = raw.indexOf('&', at);
            if (end < 0) {
                end = raw.length();
            }
            if (end > at) {
                if (++count > Limits.PARAMETERS) {
                    throw Malformed.limit("more than " + Limits.PARAMETERS + " parameters");
                }
                int equals = raw.indexOf('=', at);
                boolean bare = equals < 0 || equals > end;
                var name = PercentEncoding.decodeForm(raw.substring(at, bare ? end : equals));
                var value = bare ? "" : PercentEncoding.decodeForm(raw.substring(equals + 1, end));
                values.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
            }
            at = end + 1;
        }
        return new Parameters(values);
    }

    /** The parameters of this and then those of another. */
    Parameters and(Parameters other) {
        if (values.isEmpty()) {
            return other;
        }
        var both = new LinkedHashMap<String, List<String>>();
        values.forEach((name, list) -> both.put(name, new ArrayList<>(list)));
        other.values.forEach((name, list) ->
                requireNonNull(both.computeIfAbsent(name, key -> new ArrayList<>())).addAll(list));
        return new Parameters(both);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    @Nullable String first(String name) {
        var list = values.get(name);
        return list == null ? null : list.getFirst();
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    Map<String, List<String>> asMap() {
        return values;
    }
}
