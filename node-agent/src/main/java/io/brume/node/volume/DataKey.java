package io.brume.node.volume;

import io.brume.proto.block.BlockCipher;
import java.security.MessageDigest;

/**
 * Whether a volume's blocks are encrypted, and with what. Immutable; says nothing of the key in
 * {@code toString}.
 */
public sealed interface DataKey {
    /** The volume is not encrypted. */
    DataKey NONE = new None();

    /** The volume is encrypted, and its key is not here: nothing of it may be served yet. */
    DataKey AWAITED = new Awaited();

    /**
     * What a word says of it.
     *
     * @param encrypted whether the volume is
     * @param key 64 bytes, of AES-256-XTS; empty = not told. Not kept
     * @throws IllegalArgumentException when the key has another length, or equal halves
     */
    static DataKey of(boolean encrypted, byte[] key) {
        if (key.length > 0) {
            return new Known(key);
        }
        return encrypted ? AWAITED : NONE;
    }

    /** See {@link #NONE}. */
    record None() implements DataKey {}

    /** See {@link #AWAITED}. */
    record Awaited() implements DataKey {}

    /** A key. */
    final class Known implements DataKey {
        private final byte[] bytes;

        private Known(byte[] key) {
            this.bytes = key.clone();
            // What is no key for XTS is told here, to those who may report it.
            var _ = new BlockCipher(bytes);
        }

        byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Known known && MessageDigest.isEqual(bytes, known.bytes);
        }

        /** The same for all keys: a hash would tell of them. */
        @Override
        public int hashCode() {
            return Known.class.hashCode();
        }

        @Override
        public String toString() {
            return "Known[secret]";
        }
    }
}
