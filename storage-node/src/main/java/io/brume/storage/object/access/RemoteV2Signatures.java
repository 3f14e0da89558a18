package io.brume.storage.object.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.time.Time;
import io.brume.storage.object.access.KeyAuthority.V2;
import io.brume.storage.object.s3.Principal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Signatures of version 2, as old clients presign URLs with: only who has the secret can say
 * whether one is good. What was good is remembered as {@link RemoteCredentials} are. Thread-safe.
 */
public final class RemoteV2Signatures {
    private static final int MOST = 1000;

    private record Good(Principal owner, long checkedNanos) {}

    private final KeyAuthority authority;
    private final Time time;

    /** By digest of all that was signed and the signature. */
    private final Map<ByteBuffer, Good> good =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Good> eldest) {
                    return size() > MOST;
                }
            };

    public RemoteV2Signatures(KeyAuthority authority, Time time) {
        this.authority = requireNonNull(authority);
        this.time = requireNonNull(time);
    }

    /**
     * Whose signature it is.
     *
     * @throws Fault UNAVAILABLE when nobody answers who knows
     */
    public V2 verify(String accessKeyId, String stringToSign, String signature) {
        var name = digest(accessKeyId, stringToSign, signature);
        Good before;
        synchronized (good) {
            before = good.get(name);
        }
        if (before != null
                && time.since(before.checkedNanos()).compareTo(RemoteCredentials.CHECK_EVERY)
                        <= 0) {
            return new V2.Valid(before.owner());
        }
        try {
            var answer = authority.verifyV2(accessKeyId, stringToSign, signature);
            synchronized (good) {
                if (answer instanceof V2.Valid(Principal owner)) {
                    good.put(name, new Good(owner, time.nanos()));
                } else {
                    good.remove(name);
                }
            }
            return answer;
        } catch (IOException e) {
            if (before != null
                    && time.since(before.checkedNanos()).compareTo(RemoteCredentials.MOST_UNCHECKED)
                            <= 0) {
                return new V2.Valid(before.owner());
            }
            throw Fault.of(
                    Fault.Category.UNAVAILABLE,
                    "ServiceUnavailable",
                    "The signature cannot be verified now. Please try again.");
        }
    }

    private static ByteBuffer digest(String... parts) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            for (var part : parts) {
                var bytes = part.getBytes(UTF_8);
                sha256.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
                sha256.update(bytes);
            }
            return ByteBuffer.wrap(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
