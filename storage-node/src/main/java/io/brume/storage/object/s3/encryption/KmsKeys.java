package io.brume.storage.object.s3.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.KmsKeyNames;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.S3Faults;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What S3 needs of KMS, where there is none: each account has one key, AWS's {@code alias/aws/s3},
 * whose use is the account's alone. A data key is made for each object and kept with it, wrapped by
 * AES-256-GCM, bound to the object's name and what the client wants it bound to. Thread-safe.
 */
final class KmsKeys {
    private static final String ALIAS = "alias/aws/s3";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final String HMAC = "HmacSHA256";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final AccountKeys keys;
    private final RandomGenerator random;

    KmsKeys(AccountKeys keys, RandomGenerator random) {
        this.keys = requireNonNull(keys);
        this.random = requireNonNull(random);
    }

    /** A new data key, in the open, and as it is kept. */
    record DataKey(byte[] plain, Encryption.ByKms kept) {}

    /**
     * Makes the data key of an object.
     *
     * @throws Fault {@code KMS.NotFoundException}, {@code AccessDenied}
     */
    DataKey generate(Caller caller, Bucket bucket, ObjectKey object, KmsWish wish) {
        var owner = keys.key(bucket.owner());
        wish.keyId().ifPresent(name -> demandKey(bucket.owner(), owner.kmsKeyArn(), name));
        demandUse(caller, "kms:GenerateDataKey", owner.kmsKeyArn());
        var plain = new byte[ContentKey.BYTES];
        random.nextBytes(plain);
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        var bound = wish.context().boundTo(arn(bucket, object, wish.bucketKey()));
        var wrapping = wrapping(owner, bucket, wish.bucketKey());
        var sealed = run(Cipher.ENCRYPT_MODE, wrapping, nonce, bound, plain);
        var wrapped = ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed);
        return new DataKey(
                plain,
                new Encryption.ByKms(
                        owner.kmsKeyArn(), wish.bucketKey(), wrapped.array(), wish.context()));
    }

    /**
     * A data key in the open.
     *
     * @throws Fault {@code AccessDenied}
     */
    byte[] open(Caller caller, Bucket bucket, ObjectKey object, Encryption.ByKms kept) {
        demandUse(caller, "kms:Decrypt", kept.keyArn());
        var wrapped = ByteBuffer.wrap(kept.wrapped());
        var nonce = new byte[NONCE_BYTES];
        wrapped.get(nonce);
        var sealed = new byte[wrapped.remaining()];
        wrapped.get(sealed);
        var bound = kept.context().boundTo(arn(bucket, object, kept.bucketKey()));
        var wrapping = wrapping(keys.key(bucket.owner()), bucket, kept.bucketKey());
        return run(Cipher.DECRYPT_MODE, wrapping, nonce, bound, sealed);
    }

    /**
     * Demands that a name is one of the key of this account.
     *
     * @throws Fault {@code KMS.NotFoundException}
     */
    void demandKey(AccountId account, String name) {
        demandKey(account, keys.key(account).kmsKeyArn(), name);
    }

    private static void demandKey(AccountId account, String arn, String name) {
        if (!KmsKeyNames.isOneOf(name, arn, ALIAS)) {
            throw Fault.invalid(
                    "KMS.NotFoundException",
                    "Key '%s' does not exist. Account %s has no key for S3 but %s."
                            .formatted(name, account, ALIAS));
        }
    }

    /** As the policy of the key has it that AWS makes: whoever of the account may use S3 may. */
    private static void demandUse(Caller caller, String action, String arn) {
        if (caller.account().isEmpty()) {
            throw S3Faults.invalidArgument(
                    "Requests specifying Server Side Encryption with AWS KMS managed keys require"
                            + " AWS Signature Version 4.");
        }
        if (!caller.account().get().value().equals(arn.split(":", -1)[4])) {
            throw Fault.denied(
                    "AccessDenied",
                    "User: %s is not authorized to perform: %s on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
                            .formatted(caller.arn(), action));
        }
    }

    private static String arn(Bucket bucket, ObjectKey object, boolean bucketKey) {
        var arn = "arn:aws:s3:::" + bucket.name();
        return bucketKey ? arn : arn + "/" + object.value();
    }

    private static byte[] wrapping(AccountKey owner, Bucket bucket, boolean bucketKey) {
        var key = hmac(owner.bytes(), ALIAS);
        return bucketKey ? hmac(key, "key of bucket " + bucket.number()) : key;
    }

    private static byte[] hmac(byte[] key, String purpose) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(purpose.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }

    private static byte[] run(int mode, byte[] key, byte[] nonce, byte[] bound, byte[] text) {
        try {
            var cipher = Cipher.getInstance(CIPHER);
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(bound);
            return cipher.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a data key does not open: it is another object's", e);
        }
    }
}
