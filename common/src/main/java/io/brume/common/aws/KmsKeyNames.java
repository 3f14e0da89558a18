package io.brume.common.aws;

/**
 * The names that a KMS key goes by: its id, its alias, and the ARN of either.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/kms/latest/developerguide/concepts-key-id.html">key
 * identifiers</a>.
 */
public final class KmsKeyNames {
    private static final String KEY = ":key/";

    private KmsKeyNames() {}

    /**
     * Whether a name is one of a key's.
     *
     * @param arn of the key: {@code arn:aws:kms:REGION:ACCOUNT:key/ID}
     * @param alias {@code alias/...}
     */
    public static boolean isOneOf(String name, String arn, String alias) {
        int id = arn.lastIndexOf(KEY);
        return name.equals(arn)
                || name.equals(arn.substring(id + KEY.length()))
                || name.equals(alias)
                || name.equals(arn.substring(0, id + 1) + alias);
    }
}
