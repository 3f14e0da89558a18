package io.brume.storage.object.s3;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The decoded parameters of a URL. Of one that comes twice the first counts. Immutable. */
public final class Query {
    private static final int MOST = 200;

    private final Map<String, String> parameters;

    private Query(Map<String, String> parameters) {
        this.parameters = parameters;
    }

    /**
     * Reads a query.
     *
     * @param raw percent-encoded, without a question mark; may be empty
     * @throws io.brume.common.aws.Fault {@code InvalidURI} when it is not percent-encoded UTF-8
     */
    public static Query parse(String raw) {
        var parameters = new LinkedHashMap<String, String>();
        int at = 0;
        while (at < raw.length()) {
            int end = raw.indexOf('&', at);
            if (end < 0) {
                end = raw.length();
            }
            if (end > at) {
                int equals = raw.indexOf('=', at);
                boolean bare = equals < 0 || equals > end;
                var name = Percent.decodeForm(raw.substring(at, bare ? end : equals));
                var value = bare ? "" : Percent.decodeForm(raw.substring(equals + 1, end));
                parameters.putIfAbsent(name, value);
                if (parameters.size() > MOST) {
                    throw S3Faults.invalidArgument("There are too many parameters in the query.");
                }
            }
            at = end + 1;
        }
        return new Query(parameters);
    }

    public boolean has(String name) {
        return parameters.containsKey(name);
    }

    /** The parameter's value; empty when it is not there. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** The parameter's value; an empty text when it is not there. */
    public String text(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** The parameters in the order sent. */
    public Map<String, String> asMap() {
        return parameters;
    }
}
