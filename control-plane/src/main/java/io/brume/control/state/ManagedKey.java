package io.brume.control.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.KmsKeyNames;
import io.brume.control.domain.AccountId;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The names of a key that every account has without asking for it: an AWS managed key. There is no
 * KMS: its ARN follows from region, account and master key, so that it is the same at every start.
 * Thread-safe.
 *
 * @param service that it is for: {@code ebs}, {@code s3}
 */
public record ManagedKey(MasterKey master, String region, String service) {
    public ManagedKey {
        requireNonNull(master);
        requireNonNull(region);
        requireNonNull(service);
    }

    /** What AWS calls it: {@code alias/aws/ebs}. */
    public String alias() {
        return "alias/aws/" + service;
    }

    /** The ARN of an account's own. */
    public String arn(AccountId account) {
        return "arn:aws:kms:%s:%s:key/%s".formatted(region, account, id(account));
    }

    private String id(AccountId account) {
        byte[] derived = master.derive("%s key of %s".formatted(service, account).getBytes(UTF_8));
        // As a random UUID looks: of version 4 and of the usual variant.
        derived[6] = (byte) ((derived[6] & 0x0F) | 0x40);
        derived[8] = (byte) ((derived[8] & 0x3F) | 0x80);
        var bytes = ByteBuffer.wrap(derived);
        return new UUID(bytes.getLong(), bytes.getLong()).toString();
    }

    /** Whether a name is one of an account's own: its id, its alias, or the ARN of either. */
    public boolean isNamed(AccountId account, String name) {
        return KmsKeyNames.isOneOf(name, arn(account), alias());
    }
}
