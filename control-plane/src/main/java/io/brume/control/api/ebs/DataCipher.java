package io.brume.control.api.ebs;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.volume.Encryption;
import io.brume.control.fleet.Chunks;
import io.brume.control.state.DataKeys;
import io.brume.proto.block.BlockCipher;
import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Turns chunks as they are stored into what a user wrote, and back, when a snapshot is encrypted.
 * Zeros among what is stored are blocks that were never written, and have no ciphertext; of what is
 * written only a whole chunk of zeros is stored as such, so that nobody has to tell such blocks
 * from others by looking at them. Thread-safe.
 */
final class DataCipher {
    private static final int BLOCKS = Chunks.CHUNK / Blocks.BLOCK;
    private static final byte[] ZEROS = new byte[Chunks.CHUNK];

    private final DataKeys keys;

    DataCipher(DataKeys keys) {
        this.keys = requireNonNull(keys);
    }

    /** What the user wrote. */
    byte[] opened(Snapshot snapshot, int index, byte[] stored) {
        return snapshot.encryption()
                .map(encryption -> transform(snapshot, encryption, index, stored, false))
                .orElse(stored);
    }

    /** What is stored of it. */
    byte[] sealed(Snapshot snapshot, int index, byte[] plain) {
        return snapshot.encryption()
                .map(encryption -> transform(snapshot, encryption, index, plain, true))
                .orElse(plain);
    }

    private byte[] transform(
            Snapshot snapshot, Encryption encryption, int index, byte[] from, boolean encrypt) {
        if (Arrays.equals(from, ZEROS)) {
            return from;
        }
        byte[] key = keys.open(snapshot.account(), encryption);
        try {
            return transform(new BlockCipher(key), index, from, encrypt);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] transform(BlockCipher cipher, int index, byte[] from, boolean encrypt) {
        byte[] to = new byte[Chunks.CHUNK];
        for (int i = 0; i < BLOCKS; i++) {
            int at = i * Blocks.BLOCK;
            long block = (long) index * BLOCKS + i;
            var source = ByteBuffer.wrap(from, at, Blocks.BLOCK);
            var target = ByteBuffer.wrap(to, at, Blocks.BLOCK);
            if (encrypt) {
                cipher.encrypt(block, source, target);
            } else if (!Arrays.equals(from, at, at + Blocks.BLOCK, ZEROS, 0, Blocks.BLOCK)) {
                cipher.decrypt(block, source, target);
            }
        }
        return to;
    }
}
