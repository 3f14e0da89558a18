package io.brume.control.state;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.identity.SealedSecret;
import io.brume.control.domain.volume.Encryption;
import io.brume.proto.block.BlockCipher;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * The keys that volumes are encrypted with, and the names of the keys that users see. A data key is
 * 512 random bits for AES-256-XTS, kept sealed by the region's master key and bound to its account.
 *
 * <p>An account has one key for them, its {@link ManagedKey}. Thread-safe when the source of
 * randomness is.
 */
public final class DataKeys {
    /** What AWS calls the key that an account has without asking for it. */
    public static final String DEFAULT_ALIAS = "alias/aws/ebs";

    private final MasterKey master;
    private final ManagedKey managed;
    private final RandomGenerator random;

    /**
     * @param random where keys come from: nobody may be able to guess what it gives
     */
    public DataKeys(MasterKey master, String region, RandomGenerator random) {
        this.master = requireNonNull(master);
        this.managed = new ManagedKey(master, region, "ebs");
        this.random = requireNonNull(random);
    }

    /** The ARN of an account's own key. */
    public String defaultKey(AccountId account) {
        return managed.arn(account);
    }

    /** Whether a name is one of an account's own key: its id, its alias, or the ARN of either. */
    public boolean isDefaultKey(AccountId account, String name) {
        return managed.isNamed(account, name);
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
