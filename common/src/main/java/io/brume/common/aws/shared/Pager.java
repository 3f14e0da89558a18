package io.brume.common.aws.shared;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.Fingerprint;
import io.brume.common.aws.RequestMembers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/**
 * Opens pages. A token holds the key of the last item that was shown, sealed with a secret: no
 * state is kept between pages, items that come and go meanwhile are neither shown twice nor make
 * others be skipped, and a token cannot be forged, nor be used for another account, operation or
 * filter than it was given for. Thread-safe.
 */
public final class Pager {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SEAL_BYTES = 16;
    private static final int LONGEST_TOKEN = 4096;

    private final SecretKeySpec secret;

    /**
     * @param secret at least 16 bytes, the same on every control plane, or a token would only open
     *     a page where it was made
     */
    public Pager(byte[] secret) {
        if (secret.length < 16) {
            throw new IllegalArgumentException("the secret is too short");
        }
        this.secret = new SecretKeySpec(secret, ALGORITHM);
    }

    /**
     * Opens the page that a request asks for.
     *
     * @param scope whose items these are: the account's id
     * @param request the operation's request, whose size and token members are read
     * @throws Fault when the size is out of bounds, or the token is not one for this very request
     */
    public PageRequest open(String scope, SdkPojo request, PageLimits limits) {
        var size = size(request, limits);
        var without = Set.of(limits.sizeMember(), limits.tokenMember());
        var context = requireNonNull(scope) + '\n' + Fingerprint.of(request, without);
        var token = RequestMembers.text(request, limits.tokenMember());
        var after = token.isEmpty() || token.get().isEmpty() ? "" : unseal(token.get(), context);
        if (after == null) {
            throw Fault.invalid(limits.tokenCode(), "The specified token is not valid.");
        }
        return new PageRequest(this, context, after, size);
    }

    private static int size(SdkPojo request, PageLimits limits) {
        var wanted = RequestMembers.integer(request, limits.sizeMember());
        if (wanted.isEmpty()) {
            return limits.usual();
        }
        int size = wanted.get();
        if (size < limits.least()) {
            throw outOfBounds(limits, size, "greater than or equal to " + limits.least());
        }
        if (size > limits.most() && !limits.capped()) {
            throw outOfBounds(limits, size, "less than or equal to " + limits.most());
        }
        return Math.min(size, limits.most());
    }

    private static Fault outOfBounds(PageLimits limits, int size, String expected) {
        var name = limits.sizeMember();
        return Fault.invalid(
                limits.sizeCode(),
                "Value ( "
                        + size
                        + " ) for parameter "
                        + Character.toLowerCase(name.charAt(0))
                        + name.substring(1)
                        + " is invalid. Expecting a value "
                        + expected
                        + ".");
    }

    String seal(String after, String context) {
        var text = after.getBytes(StandardCharsets.UTF_8);
        var token = ByteBuffer.allocate(SEAL_BYTES + text.length);
        token.put(sealOf(text, context)).put(text);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
    }

    private @Nullable String unseal(String token, String context) {
        if (token.length() > LONGEST_TOKEN) {
            return null;
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (bytes.length < SEAL_BYTES) {
            return null;
        }
        var text = Arrays.copyOfRange(bytes, SEAL_BYTES, bytes.length);
        var seal = Arrays.copyOf(bytes, SEAL_BYTES);
        return MessageDigest.isEqual(seal, sealOf(text, context))
                ? new String(text, StandardCharsets.UTF_8)
                : null;
    }

    private byte[] sealOf(byte[] text, String context) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            mac.update(context.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return Arrays.copyOf(mac.doFinal(text), SEAL_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
