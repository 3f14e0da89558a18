package io.brume.node.network.metadata;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Session tokens of IMDSv2: the instance's name and the time of expiry under a message
 * authentication code, so that none has to be remembered. The key lives as long as the agent: after
 * a restart instances are told 401 and ask for another token, as they do when one has expired.
 * Thread-safe.
 */
final class MetadataTokens {
    private static final int MAC_BYTES = 32;
    private static final int KEY_BYTES = 32;

    private final Time time;
    private final SecretKeySpec key;

    MetadataTokens(Time time, RandomGenerator random) {
        this.time = requireNonNull(time);
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, "HmacSHA256");
    }

    /** A token of 56 characters for one instance. */
    String issue(String instanceId, Duration life) {
        long expiry = time.nanos() + life.toNanos();
        byte[] token =
                ByteBuffer.allocate(Long.BYTES + MAC_BYTES)
                        .putLong(expiry)
                        .put(code(instanceId, expiry))
                        .array();
        return Base64.getUrlEncoder().encodeToString(token);
    }

    /** Whether it was issued to this instance and has not expired. */
    boolean valid(String instanceId, String token) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (bytes.length != Long.BYTES + MAC_BYTES) {
            return false;
        }
        var buffer = ByteBuffer.wrap(bytes);
        long expiry = buffer.getLong();
        byte[] code = new byte[MAC_BYTES];
        buffer.get(code);
        return MessageDigest.isEqual(code, code(instanceId, expiry)) && time.nanos() - expiry < 0;
    }

    private byte[] code(String instanceId, long expiry) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(instanceId.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(expiry).array());
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has HmacSHA256", e);
        }
    }
}
