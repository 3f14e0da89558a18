package io.brume.control.domain.keypair;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.ResourceId;

/** Names a key pair, beside its name. */
public record KeyPairId(String value) implements ResourceId, Comparable<KeyPairId> {
    public static final String PREFIX = "key";

    public KeyPairId {
        ResourceId.require(PREFIX, value);
    }

    /**
     * The id that a caller sent.
     *
     * @throws Fault {@code InvalidKeyPairId.Malformed}
     */
    public static KeyPairId parse(String text) {
        return new KeyPairId(ResourceId.parse(PREFIX, "InvalidKeyPairId.Malformed", text));
    }

    /** A new one. */
    public static KeyPairId create(Ids ids) {
        return new KeyPairId(ids.ec2(PREFIX));
    }

    @Override
    public Fault notFound() {
        return Fault.absent(
                "InvalidKeyPair.NotFound", "The key pair ID '%s' does not exist".formatted(value));
    }

    @Override
    public int compareTo(KeyPairId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
