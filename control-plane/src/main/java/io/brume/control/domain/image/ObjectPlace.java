package io.brume.control.domain.image;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Pattern;

/** An object of a bucket, as {@code s3://BUCKET/KEY} names it. */
public record ObjectPlace(String bucket, String key) {
    private static final String SCHEME = "s3://";
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    public ObjectPlace {
        requireNonNull(bucket);
        requireNonNull(key);
    }

    /** Whether a text is meant to be one. */
    static boolean isMeant(String url) {
        return url.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    /** Empty when it names no object. Nothing of a key is encoded. */
    static Optional<ObjectPlace> parse(String url) {
        if (!isMeant(url)) {
            return Optional.empty();
        }
        int slash = url.indexOf('/', SCHEME.length());
        if (slash < 0 || slash == url.length() - 1) {
            return Optional.empty();
        }
        var bucket = url.substring(SCHEME.length(), slash);
        return BUCKET.matcher(bucket).matches()
                ? Optional.of(new ObjectPlace(bucket, url.substring(slash + 1)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return SCHEME + bucket + "/" + key;
    }
}
