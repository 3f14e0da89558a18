package io.brume.storage.object.s3.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.HttpCall;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.Versioning;
import io.brume.storage.object.s3.Caller;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data keys open for what they were made for, and for nothing else. */
final class KmsKeysTest {
    private static final AccountId OWNER = new AccountId("111122223333");
    private static final ObjectKey CAT = new ObjectKey("cat");
    private static final Bucket PICTURES = bucket("pictures", 1);
    private static final EncryptionContext CONTEXT =
            new EncryptionContext(Map.of("tenant", "42", "a b", "ü"));
    private static final Caller CALLER =
            new Caller(
                    Optional.of(OWNER),
                    "arn:aws:iam::111122223333:root",
                    "request",
                    "192.0.2.7",
                    true,
                    "REST-HEADER",
                    new HttpCall("GET", "/", "", Map.of(), new byte[0]));

    private final KmsKeys keys =
            new KmsKeys(
                    account ->
                            new AccountKey(
                                    new byte[ContentKey.BYTES],
                                    "arn:aws:kms:af-south-1:" + account + ":key/k-1"),
                    new Random(1));

    private static Bucket bucket(String name, long number) {
        return new Bucket(
                new BucketName(name),
                number,
                OWNER,
                Instant.EPOCH,
                "",
                Versioning.OFF,
                false,
                Map.of());
    }

    private KmsKeys.DataKey made(boolean bucketKey) {
        return keys.generate(
                CALLER, PICTURES, CAT, new KmsWish(Optional.empty(), CONTEXT, bucketKey));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void opensAsItWasKept(boolean bucketKey) {
        var made = made(bucketKey);
        var text = Map.of(ObjectSetting.ENCRYPTION, made.kept().text());
        assertThat(Encryption.of(text).orElseThrow())
                .isInstanceOfSatisfying(
                        Encryption.ByKms.class,
                        kept -> {
                            assertThat(kept.context()).isEqualTo(CONTEXT);
                            assertThat(kept.bucketKey()).isEqualTo(bucketKey);
                            assertThat(keys.open(CALLER, PICTURES, CAT, kept))
                                    .isEqualTo(made.plain());
                        });
    }

    @Test
    void opensForNoOtherObjectBucketOrContext() {
        var kept = made(false).kept();
        assertThatThrownBy(() -> keys.open(CALLER, PICTURES, new ObjectKey("dog"), kept))
                .isInstanceOf(IllegalStateException.class);
        var other =
                new Encryption.ByKms(kept.keyArn(), false, kept.wrapped(), EncryptionContext.NONE);
        assertThatThrownBy(() -> keys.open(CALLER, PICTURES, CAT, other))
                .isInstanceOf(IllegalStateException.class);
        var ofBucket = made(true).kept();
        assertThatThrownBy(() -> keys.open(CALLER, bucket("pictures", 2), CAT, ofBucket))
                .isInstanceOf(IllegalStateException.class);
    }
}
