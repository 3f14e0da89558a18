package io.brume.control.api.ec2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.aws.Fault;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list, and where the next part starts. The token says after which thing, so that
 * things made or deleted between two calls move nothing else.
 *
 * @param nextToken null after the last part
 */
record Page<T>(List<T> items, @Nullable String nextToken) {
    private static final int MIN = 5;
    private static final int MAX = 1000;
    private static final String VERSION = "1:";

    /**
     * The part that a request asks for.
     *
     * @param all ordered by what {@code idOf} answers
     * @param idsNamed whether the request names what it wants; then it may not ask for parts
     * @throws Fault {@code InvalidParameterValue}, {@code InvalidParameterCombination}, {@code
     *     InvalidNextToken}
     */
    static <T> Page<T> of(
            List<T> all,
            @Nullable Integer maxResults,
            @Nullable String token,
            boolean idsNamed,
            Function<T, String> idOf) {
        if (maxResults != null) {
            check(maxResults, idsNamed);
        }
        List<T> rest = all;
        if (token != null && !token.isEmpty()) {
            String after = read(token);
            rest = all.stream().filter(item -> idOf.apply(item).compareTo(after) > 0).toList();
        }
        int limit = maxResults == null ? (token == null ? Integer.MAX_VALUE : MAX) : maxResults;
        if (rest.size() <= limit) {
            return new Page<>(rest, null);
        }
        List<T> items = rest.subList(0, limit);
        return new Page<>(items, write(idOf.apply(items.getLast())));
    }

    private static void check(int maxResults, boolean idsNamed) {
        if (idsNamed) {
            throw Fault.invalid(
                    "InvalidParameterCombination",
                    "The parameter that names resources cannot be used with the parameter"
                            + " maxResults");
        }
        if (maxResults < MIN || maxResults > MAX) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "Value ( %d ) for parameter maxResults is invalid. Expecting a value %s."
                            .formatted(
                                    maxResults,
                                    maxResults < MIN
                                            ? "greater than or equal to " + MIN
                                            : "less than or equal to " + MAX));
        }
    }

    private static String write(String id) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((VERSION + id).getBytes(UTF_8));
    }

    private static String read(String token) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), UTF_8);
            if (text.startsWith(VERSION)) {
                return text.substring(VERSION.length());
            }
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
        throw invalid();
    }

    private static Fault invalid() {
        return Fault.invalid("InvalidNextToken", "The specified NextToken is not valid.");
    }
}
