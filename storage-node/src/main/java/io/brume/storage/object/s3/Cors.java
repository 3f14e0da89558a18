package io.brume.storage.object.s3;

import io.brume.common.aws.HttpCall;
import io.brume.storage.object.model.Bucket;
import java.util.Map;
import java.util.Optional;

/** Which scripts of other web sites may read a bucket's answers. Thread-safe. */
public interface Cors {
    /**
     * The headers of the answer to a preflight request ({@code OPTIONS}); empty = it is refused.
     */
    Optional<Map<String, String>> preflight(Bucket bucket, HttpCall head);

    /** The headers to be added to the answer to a request with an {@code Origin}. */
    Map<String, String> headers(Bucket bucket, HttpCall head);

    /** No bucket lets any. */
    static Cors none() {
        return new Cors() {
            @Override
            public Optional<Map<String, String>> preflight(Bucket bucket, HttpCall head) {
                return Optional.empty();
            }

            @Override
            public Map<String, String> headers(Bucket bucket, HttpCall head) {
                return Map.of();
            }
        };
    }
}
