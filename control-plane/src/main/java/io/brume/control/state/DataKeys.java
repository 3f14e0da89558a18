package io.brume.control.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.identity.SealedSecret;
import io.brume.control.domain.volume.Encryption;
import io.brume.proto.block.BlockCipher;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The keys that volumes are encrypted with, and the names of the keys that users see. A data key is
 * 512 random bits for AES-256-XTS, kept sealed by the region's master key and bound to its account.
 *
 * <p>There is no KMS: an account has one key, the one that AWS calls {@code alias/aws/ebs}. Its ARN
 * follows from region, account and master key, so that it is the same at every start. Thread-safe
 * when the source of randomness is.
 */
public final class DataKeys {
    /** What AWS calls the key that an account has without asking for it. */
    public static final String DEFAULT_ALIAS = "alias/aws/ebs";

    private final MasterKey master;
    private final String region;
    private final RandomGenerator random;

    /**
     * @param random where keys come from: nobody may be able to guess what it gives
     */
    public DataKeys(MasterKey master, String region, RandomGenerator random) {
        this.master = requireNonNull(master);
        this.region = requireNonNull(region);
        this.random = requireNonNull(random);
    }

    /** The ARN of an account's own key. */
    public String defaultKey(AccountId account) {
        return "arn:aws:kms:%s:%s:key/%s".formatted(region, account, keyId(account));
    }

    private String keyId(AccountId account) {
        byte[] derived = master.derive("ebs key of %s".formatted(account).getBytes(UTF_8));
        // As a random UUID looks: of version 4 and of the usual variant.
        derived[6] = (byte) ((derived[6] & 0x0F) | 0x40);
        derived[8] = (byte) ((derived[8] & 0x3F) | 0x80);
        var bytes = ByteBuffer.wrap(derived);
        return new UUID(bytes.getLong(), bytes.getLong()).toString();
    }

    /** Whether a name is one of an account's own key: its id, its alias, or the ARN of either. */
    public boolean isDefaultKey(AccountId account, String name) {
        return name.equals(DEFAULT_ALIAS)
                || name.equals("arn:aws:kms:%s:%s:%s".formatted(region, account, DEFAULT_ALIAS))
                || name.equals(keyId(account))
                || name.equals(defaultKey(account));
    }

    /** A new data key of an account. */
    public Encryption create(AccountId account) {
        byte[] key = new byte[BlockCipher.KEY];
        do {
            random.nextBytes(key);
            // XTS with two equal halves is not secure (FIPS 140-2 IG A.9).
        } while (Arrays.equals(key, 0, key.length / 2, key, key.length / 2, key.length));
        byte[] sealed = master.seal(owner(account), key);
        Arrays.fill(key, (byte) 0);
        return new Encryption(
                defaultKey(account), new SealedSecret(Base64.getEncoder().encodeToString(sealed)));
    }

    /**
     * A data key in the open.
     *
     * @throws IllegalStateException if it is another account's, or was changed
     */
    public byte[] open(AccountId account, Encryption encryption) {
        return master.open(
                owner(account), Base64.getDecoder().decode(encryption.dataKey().base64()));
    }

    private static String owner(AccountId account) {
        return "ebs:" + account;
    }
}
