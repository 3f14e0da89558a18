package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.PercentEncoding;
import java.util.Optional;

/**
 * A place in the object store, as people write it: {@code s3://BUCKET/KEY}.
 *
 * @param key or a prefix of keys; empty = the bucket
 */
public record S3Url(String bucket, String key) {
    private static final String SCHEME = "s3://";

    public S3Url {
        requireNonNull(bucket);
        requireNonNull(key);
    }

    /** Empty when the text does not begin as such a place does. */
    public static Optional<S3Url> find(String text) {
        if (!text.startsWith(SCHEME)) {
            return Optional.empty();
        }
        var rest = text.substring(SCHEME.length());
        int slash = rest.indexOf('/');
        var bucket = slash < 0 ? rest : rest.substring(0, slash);
        if (bucket.isEmpty()) {
            throw CliException.usage(
                    text + " names no bucket", "write it as s3://BUCKET/KEY; see: bucket list");
        }
        return Optional.of(new S3Url(bucket, slash < 0 ? "" : rest.substring(slash + 1)));
    }

    /** What must be such a place. */
    public static S3Url parse(String text) {
        return find(text)
                .orElseThrow(() ->
                        CliException.usage(
                                text + " is not in the object store",
                                "write it as s3://BUCKET/KEY"));
    }

    /** What must be such a place, or a bucket's name alone. */
    public static S3Url bucketOrUrl(String text) {
        return find(text).orElseGet(() -> new S3Url(text, ""));
    }

    /** What must name an object. */
    public static S3Url ofObject(String text) {
        var url = parse(text);
        if (url.key().isEmpty()) {
            throw CliException.usage(text + " names no object", "write it as s3://BUCKET/KEY");
        }
        return url;
    }

    public S3Url with(String otherKey) {
        return new S3Url(bucket, otherKey);
    }

    /** The last part of the key. */
    public String name() {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    /** The path of a request for it. */
    String path() {
        return "/"
                + PercentEncoding.encode(bucket, false)
                + (key.isEmpty() ? "" : "/" + PercentEncoding.encode(key, true));
    }

    @Override
    public String toString() {
        return SCHEME + bucket + "/" + key;
    }
}
