package io.brume.common.aws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP binding of an operation: a method, a path with labels, and what the query and the
 * headers must hold for a request to mean it. One rule serves every REST service, S3 with its many
 * operations on one path included: of the routes that fit, the one that demands most is meant.
 *
 * @param segments of the path, each literal, <code>{label}</code> or <code>{rest+}</code>
 * @param query parameters that must be there, with a value where it is not empty
 * @param needs names of further parameters ({@code ?name}) and headers ({@code :name}) demanded
 */
record Route(String method, List<String> segments, Map<String, String> query, List<String> needs) {
    private static final int LITERAL = 20;
    private static final int QUERY = 10;

    /** How well a request fits, and what its labels are. */
    record Match(int score, Map<String, String> labels) {}

    Route {
        segments = List.copyOf(segments);
        query = Map.copyOf(query);
        needs = List.copyOf(needs);
    }

    /** From a method and a URI pattern as the models write it: <code>/{Bucket}?acl</code>. */
    static Route of(String method, String uri, List<String> needs) {
        var parts = uri.split("\\?", 2);
        var query = new HashMap<String, String>();
        if (parts.length > 1) {
            for (var pair : parts[1].split("&", -1)) {
                var sides = pair.split("=", 2);
                if (!sides[0].equals("x-id")) { // the SDKs' own marker, which others leave out
                    query.put(sides[0], sides.length > 1 ? sides[1] : "");
                }
            }
        }
        return new Route(method, segments(parts[0]), query, needs);
    }

    /** The segments of a path, still percent-encoded; a slash at the end makes no segment. */
    static List<String> segments(String path) {
        var segments = new ArrayList<String>();
        int at = path.startsWith("/") ? 1 : 0;
        while (at < path.length()) {
            int slash = path.indexOf('/', at);
            int end = slash < 0 ? path.length() : slash;
            segments.add(path.substring(at, end));
            at = end + 1;
        }
        return segments;
    }

    /**
     * Holds a request against this route; null when it does not mean this operation.
     *
     * @param rawPath percent-encoded
     * @param segmentsOfPath of the same path
     */
    @Nullable Match match(
            HttpCall call, String rawPath, List<String> segmentsOfPath, Parameters parameters) {
        if (!method.equals(call.method())) {
            return null;
        }
        var labels = new HashMap<String, String>();
        int score = path(rawPath, segmentsOfPath, labels);
        if (score < 0) {
            return null;
        }
        for (var wanted : query.entrySet()) {
            var values = parameters.all(wanted.getKey());
            if (values.isEmpty()
                    || (!wanted.getValue().isEmpty() && !values.contains(wanted.getValue()))) {
                return null;
            }
            score += QUERY;
        }
        for (var need : needs) {
            var name = need.substring(1);
            if (need.startsWith("?") ? !parameters.has(name) : call.header(name) == null) {
                return null;
            }
            score++;
        }
        return new Match(score, labels);
    }

    private int path(String rawPath, List<String> got, Map<String, String> labels) {
        int greedy = greedy();
        if (greedy < 0 ? got.size() != segments.size() : got.size() < segments.size()) {
            return -1;
        }
        int score = 0;
        int offset = rawPath.startsWith("/") ? 1 : 0;
        for (int i = 0, at = 0; i < segments.size(); i++, at++) {
            var wanted = segments.get(i);
            var text = got.get(at);
            if (i == greedy) {
                int last = got.size() - (segments.size() - i);
                text = greedyText(rawPath, offset, got.subList(at, last + 1), i);
                if (text.isEmpty()) {
                    return -1;
                }
                labels.put(wanted.substring(1, wanted.length() - 2), text);
                at = last;
            } else if (wanted.startsWith("{")) {
                if (text.isEmpty()) {
                    return -1;
                }
                labels.put(wanted.substring(1, wanted.length() - 1), text);
                score++;
            } else if (wanted.equals(text)) {
                score += LITERAL;
            } else {
                return -1;
            }
            offset += text.length() + 1;
        }
        return score;
    }

    /** Where the label stands that takes several segments; -1 = there is none. */
    private int greedy() {
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (segments.get(i).endsWith("+}")) {
                return i;
            }
        }
        return -1;
    }

    /** All of what is left, empty segments and a last slash included; less what comes after it. */
    private String greedyText(String rawPath, int offset, List<String> taken, int greedy) {
        return greedy == segments.size() - 1
                ? rawPath.substring(Math.min(offset, rawPath.length()))
                : String.join("/", taken);
    }
}
