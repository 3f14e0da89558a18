package io.brume.storage.object.s3.door;

import io.brume.common.aws.HttpCall;
import io.brume.storage.object.s3.Percent;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds out which bucket and key a request means: by its path, or, where the host's name is below
 * one of ours, by that. Immutable.
 */
final class Addressing {
    private final List<String> suffixes;

    /**
     * @param domains below which each bucket has a host: {@code s3.example.org}
     */
    Addressing(List<String> domains) {
        this.suffixes =
                domains.stream().map(domain -> "." + domain.toLowerCase(Locale.ROOT)).toList();
    }

    /**
     * What the request is about.
     *
     * @throws io.brume.common.aws.Fault {@code InvalidURI}
     */
    Target target(HttpCall head) {
        return below(head).orElseGet(() -> byPath(head));
    }

    /** The same for what has a bucket's host; empty for what has not. */
    Optional<Target> below(HttpCall head) {
        return hosted(head)
                .map(bucket -> "/" + bucket + head.path())
                .map(path ->
                        byPath(
                                new HttpCall(
                                        head.method(),
                                        path,
                                        head.query(),
                                        head.headers(),
                                        head.body())));
    }

    static Target byPath(HttpCall head) {
        var path = head.path();
        int slash = path.indexOf('/', 1);
        var bucket = path.substring(1, slash < 0 ? path.length() : slash);
        var key = slash < 0 ? "" : path.substring(slash + 1);
        return new Target(
                bucket.isEmpty() && key.isEmpty()
                        ? Optional.empty()
                        : Optional.of(Percent.decode(bucket)),
                key.isEmpty() ? Optional.empty() : Optional.of(Percent.decode(key)),
                head);
    }

    private Optional<String> hosted(HttpCall head) {
        if (suffixes.isEmpty()) {
            return Optional.empty();
        }
        var given = head.header("host");
        if (given == null) {
            return Optional.empty();
        }
        int colon = given.indexOf(':');
        var host = (colon < 0 ? given : given.substring(0, colon)).toLowerCase(Locale.ROOT);
        return suffixes.stream()
                .filter(suffix -> host.length() > suffix.length() && host.endsWith(suffix))
                .map(suffix -> host.substring(0, host.length() - suffix.length()))
                .findFirst();
    }
}
