package io.brume.control.api.ebs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.time.Time;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.snapshot.SnapshotId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalInt;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a client hands back to read a block or the next page: a number and a time until which it is
 * good, sealed together with what it was given for, so that it opens nothing else, for nobody else,
 * and cannot be made up. No state is kept of any. Thread-safe.
 */
final class Tokens {
    /** How long a block's token is good, as AWS has it. */
    static final Duration BLOCK_LIFE = Duration.ofDays(7);

    /** How long a page's token is good, as AWS has it. */
    static final Duration PAGE_LIFE = Duration.ofMinutes(60);

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SEAL_BYTES = 18;
    private static final int BYTES = Integer.BYTES + Long.BYTES + SEAL_BYTES;

    private final SecretKeySpec secret;
    private final Time time;

    /**
     * @param secret at least 16 bytes, the same on every control plane and after every start
     */
    Tokens(byte[] secret, Time time) {
        if (secret.length < 16) {
            throw new IllegalArgumentException("the secret is too short");
        }
        this.secret = new SecretKeySpec(secret, ALGORITHM);
        this.time = time;
    }

    /** Until when block tokens that are given now are good. */
    Instant blockExpiry() {
        return Instant.ofEpochSecond(time.now().plus(BLOCK_LIFE).getEpochSecond());
    }

    /** For reading one block. */
    String block(AccountId account, SnapshotId snapshot, int index, Instant expiry) {
        return seal(index, expiry, block(account, snapshot));
    }

    /** Whether a token is one for this block, and still good. */
    boolean opensBlock(AccountId account, SnapshotId snapshot, int index, String token) {
        var opened = open(token, block(account, snapshot));
        return opened.isPresent() && opened.getAsInt() == index;
    }

    private static String block(AccountId account, SnapshotId snapshot) {
        return "block " + account + " " + snapshot;
    }

    /**
     * For going on with a list.
     *
     * @param list which list, of what, for whom
     * @param next the index at which it goes on
     */
    String page(String list, int next) {
        return seal(next, time.now().plus(PAGE_LIFE), "page " + list);
    }

    /** Where a list goes on; empty when the token is not one for this list, or too old. */
    OptionalInt openPage(String list, String token) {
        return open(token, "page " + list);
    }

    private String seal(int number, Instant expiry, String purpose) {
        var bytes = ByteBuffer.allocate(BYTES);
        bytes.putInt(number).putLong(expiry.getEpochSecond());
        bytes.put(sealOf(number, expiry.getEpochSecond(), purpose));
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private OptionalInt open(String token, String purpose) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return OptionalInt.empty();
        }
        if (bytes.length != BYTES) {
            return OptionalInt.empty();
        }
        var buffer = ByteBuffer.wrap(bytes);
        int number = buffer.getInt();
        long expiry = buffer.getLong();
        byte[] seal = new byte[SEAL_BYTES];
        buffer.get(seal);
        boolean good = MessageDigest.isEqual(seal, sealOf(number, expiry, purpose));
        return good && time.now().getEpochSecond() < expiry
                ? OptionalInt.of(number)
                : OptionalInt.empty();
    }

    private byte[] sealOf(int number, long expiry, String purpose) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            mac.update(
                    ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
                            .putInt(number)
                            .putLong(expiry)
                            .array());
            return Arrays.copyOf(mac.doFinal(purpose.getBytes(UTF_8)), SEAL_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
