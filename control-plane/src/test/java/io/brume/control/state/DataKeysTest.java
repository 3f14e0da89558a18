package io.brume.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.control.domain.AccountId;
import io.brume.proto.block.BlockCipher;
import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class DataKeysTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final AccountId OTHER = new AccountId("123456789013");
    private final MasterKey master = MasterKey.random();
    private final DataKeys keys = new DataKeys(master, "lab-1", new Random(1));

    @Test
    void aKeyOpensForItsAccountAlone() {
        var made = keys.create(ACCOUNT);
        var open = keys.open(ACCOUNT, made);
        assertThat(open).hasSize(64).isNotEqualTo(keys.open(ACCOUNT, keys.create(ACCOUNT)));
        assertThat(new BlockCipher(open)).isNotNull();
        assertThatThrownBy(() -> keys.open(OTHER, made)).isInstanceOf(IllegalStateException.class);
        assertThat(made.toString()).doesNotContain(made.dataKey().base64());
    }

    @Test
    void halvesAlwaysDiffer() {
        int[] asked = {0};
        RandomGenerator monotonous =
                new RandomGenerator() {
                    @Override
                    public long nextLong() {
                        throw new AssertionError("bytes are asked for");
                    }

                    @Override
                    public void nextBytes(byte[] bytes) {
                        Arrays.fill(bytes, (byte) 7);
                        bytes[0] = (byte) (asked[0]++ < 3 ? 7 : 8);
                    }
                };
        var key = new DataKeys(master, "lab-1", monotonous);
        var open = key.open(ACCOUNT, key.create(ACCOUNT));
        assertThat(asked[0]).isEqualTo(4);
        assertThat(Arrays.copyOf(open, 32)).isNotEqualTo(Arrays.copyOfRange(open, 32, 64));
    }

    @Test
    void theDefaultKeyIsTheSameAtEveryStartAndAnotherForEachAccount() {
        var arn = keys.defaultKey(ACCOUNT);
        assertThat(arn)
                .matches(
                        "arn:aws:kms:lab-1:123456789012:key/"
                            + "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(new DataKeys(master, "lab-1", new Random(2)).defaultKey(ACCOUNT)).isEqualTo(arn);
        assertThat(keys.defaultKey(OTHER)).isNotEqualTo(arn);
        for (var name :
                new String[] {
                    arn,
                    arn.substring(arn.indexOf('/') + 1),
                    "alias/aws/ebs",
                    "arn:aws:kms:lab-1:123456789012:alias/aws/ebs"
                }) {
            assertThat(keys.isDefaultKey(ACCOUNT, name)).as(name).isTrue();
        }
        assertThat(keys.isDefaultKey(ACCOUNT, keys.defaultKey(OTHER))).isFalse();
        assertThat(keys.isDefaultKey(ACCOUNT, "alias/mine")).isFalse();
    }
}
