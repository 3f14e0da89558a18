package io.brume.storage.object.s3.encryption;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.brume.storage.object.s3.S3Faults;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a data key is bound to, beside its own object: names and values that a client chose, not
 * secret. Immutable.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context">
 * encryption context</a>.
 */
record EncryptionContext(Map<String, String> pairs) {
    static final EncryptionContext NONE = new EncryptionContext(Map.of());

    private static final String ARN = "aws:s3:arn";
    private static final int MOST_BYTES = 4 << 10;
    private static final JsonMapper JSON = new JsonMapper();

    EncryptionContext {
        requireNonNull(pairs);
        pairs = Map.copyOf(pairs);
    }

    /**
     * A context as a header has it.
     *
     * @param base64 of a JSON object of texts
     * @throws io.brume.common.aws.Fault {@code InvalidArgument}
     */
    static EncryptionContext parse(String base64) {
        try {
            var json = Base64.getDecoder().decode(base64);
            if (json.length <= MOST_BYTES && JSON.readTree(json) instanceof ObjectNode object) {
                var pairs = new HashMap<String, String>();
                for (var pair : object.properties()) {
                    if (!pair.getValue().isTextual()) {
                        throw invalid();
                    }
                    pairs.put(pair.getKey(), pair.getValue().textValue());
                }
                return new EncryptionContext(pairs);
            }
            throw invalid();
        } catch (IllegalArgumentException | IOException notAContext) {
            throw invalid();
        }
    }

    private static RuntimeException invalid() {
        return S3Faults.invalidArgument(
                "The header 'x-amz-server-side-encryption-context' must be a base64-encoded UTF-8"
                        + " string holding JSON with the encryption context key-value pairs, of 4"
                        + " KiB at most.");
    }

    boolean isEmpty() {
        return pairs.isEmpty();
    }

    /** As a header has it. */
    String base64() {
        return Base64.getEncoder().encodeToString(json(new TreeMap<>(pairs)));
    }

    /** What the key of an object, or of a bucket, of this name is bound to: always the same. */
    byte[] boundTo(String arn) {
        var all = new TreeMap<>(pairs);
        all.putIfAbsent(ARN, arn);
        return json(all);
    }

    private static byte[] json(TreeMap<String, String> sorted) {
        try {
            return JSON.writeValueAsBytes(sorted);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts can be written as JSON", e);
        }
    }
}
