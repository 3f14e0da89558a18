package io.brume.common.aws.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The query of a URL, still percent-encoded, in the order sent. */
final class QueryParameters {
    private record Parameter(String name, String value) {}

    private static final Comparator<Parameter> IN_ORDER =
            Comparator.comparing(Parameter::name).thenComparing(Parameter::value);

    private final List<Parameter> parameters;

    private QueryParameters(List<Parameter> parameters) {
        this.parameters = parameters;
    }

    static QueryParameters parse(String query) {
        var parameters = new ArrayList<Parameter>();
        for (var pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                parameters.add(
                        equals < 0
                                ? new Parameter(pair, "")
                                : new Parameter(
                                        pair.substring(0, equals), pair.substring(equals + 1)));
            }
        }
        return new QueryParameters(parameters);
    }

    /** Decoded values of a parameter, whose name must be spelled exactly so. */
    private List<String> values(String name) {
        var found = new ArrayList<String>(1);
        for (var parameter : parameters) {
            if (parameter.name.equals(name)) {
                found.add(decoded(parameter.value));
            }
        }
        return found;
    }

    private static String decoded(String text) {
        return text.indexOf('%') < 0 ? text : new String(PercentEncoding.decode(text), UTF_8);
    }

    boolean has(String name) {
        for (var parameter : parameters) {
            if (parameter.name.equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** The value of a parameter that stands there exactly once. */
    Optional<String> only(String name) {
        var values = values(name);
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }

    QueryParameters without(String name) {
        return new QueryParameters(parameters.stream().filter(p -> !p.name.equals(name)).toList());
    }

    /** The canonical query of a client that signed what it sent. */
    String canonicalAsSent() {
        return canonical(UnaryOperator.identity());
    }

    /** The canonical query by the letter of the specification: every name and value re-encoded. */
    String canonicalEncoded() {
        return canonical(text -> PercentEncoding.encode(PercentEncoding.decode(text), false));
    }

    private String canonical(UnaryOperator<String> encoding) {
        var sorted = new ArrayList<Parameter>(parameters.size());
        for (var each : parameters) {
            sorted.add(new Parameter(encoding.apply(each.name), encoding.apply(each.value)));
        }
        sorted.sort(IN_ORDER);
        var out = new StringBuilder(512);
        for (var each : sorted) {
            out.append(out.isEmpty() ? "" : "&").append(each.name).append('=').append(each.value);
        }
        return out.toString();
    }
}
