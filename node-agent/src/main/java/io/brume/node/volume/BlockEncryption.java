package io.brume.node.volume;

import io.brume.proto.block.BlockCipher;
import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is between a client's bytes and those that replicas get: AES-256-XTS where the volume is
 * encrypted, nothing where it is not. Sums are of what replicas get. Blocks that were never written
 * stay holes. On the loop.
 */
final class BlockEncryption {
    private static final Logger LOG = LoggerFactory.getLogger(BlockEncryption.class);

    /** What a disk writes as a whole; bytes. */
    private static final int SECTOR = 512;

    private static final int SECTORS = Blocks.BLOCK / SECTOR;

    private DataKey key;
    private @Nullable BlockCipher cipher;

    /**
     * @param want the first word, which decides whether the volume is encrypted
     */
    BlockEncryption(VolumeWant want) {
        key = want.dataKey();
        use(key);
    }

    private void use(DataKey told) {
        if (told instanceof DataKey.Known known) {
            key = known;
            cipher = new BlockCipher(known.bytes());
        }
    }

    /** Takes over what the control plane says later. */
    void learn(VolumeWant want) {
        DataKey told = want.dataKey();
        if (isAwaitingKey()) {
            use(told);
        }
        boolean fits = isWanted() == !told.equals(DataKey.NONE);
        if (!fits || (told instanceof DataKey.Known && !told.equals(key))) {
            LOG.error("{}: how it is encrypted cannot change, and does not", want.volumeId());
        }
    }

    /** Whether the volume is encrypted, be the key here or not. */
    boolean isWanted() {
        return !key.equals(DataKey.NONE);
    }

    /** Whether a key is needed that is not here: nothing may be read or written. */
    boolean isAwaitingKey() {
        return key.equals(DataKey.AWAITED);
    }

    /** Whether blocks can be encrypted. */
    boolean isOn() {
        return cipher != null;
    }

    /**
     * Encrypts whole blocks.
     *
     * @param offset where they are in the volume, bytes
     * @param to may be the same memory, at the same place
     */
    void seal(long offset, ByteBuffer from, int fromStart, ByteBuffer to, int toStart, int size) {
        BlockCipher on = cipher();
        ByteBuffer plain = from.duplicate().clear();
        ByteBuffer secret = to.duplicate().clear();
        for (int at = 0; at < size; at += Blocks.BLOCK) {
            on.encrypt(
                    (offset + at) / Blocks.BLOCK,
                    plain.position(fromStart + at),
                    secret.position(toStart + at));
        }
    }

    /**
     * Decrypts whole blocks where they are.
     *
     * @param sums of what was read: what was never written is zeros already, and stays so
     */
    void open(long offset, ByteBuffer data, int start, int size, ByteBuffer sums) {
        BlockCipher on = cipher();
        ByteBuffer secret = data.duplicate().clear();
        ByteBuffer plain = data.duplicate().clear();
        for (int at = 0; at < size; at += Blocks.BLOCK) {
            if (sums.getLong(at / Blocks.BLOCK * Long.BYTES) == Blocks.NEVER_WRITTEN) {
                continue;
            }
            int holes = holes(data, start + at);
            on.decrypt(
                    (offset + at) / Blocks.BLOCK,
                    secret.position(start + at),
                    plain.position(start + at));
            for (int sector = 0; holes != 0; sector++, holes >>>= 1) {
                if ((holes & 1) != 0) {
                    BlockSums.zero(data, start + at + sector * SECTOR, SECTOR);
                }
            }
        }
    }

    /**
     * Which sectors of a block were never written: no key makes so many zeros. The first write of a
     * block that was torn leaves such ones, and they have to read as what they were.
     */
    private static int holes(ByteBuffer data, int block) {
        int holes = 0;
        for (int sector = 0; sector < SECTORS; sector++) {
            int at = block + sector * SECTOR;
            int end = at + SECTOR;
            while (at < end && data.getLong(at) == 0) {
                at += Long.BYTES;
            }
            if (at == end) {
                holes |= 1 << sector;
            }
        }
        return holes;
    }

    private BlockCipher cipher() {
        BlockCipher known = cipher;
        if (known == null) {
            throw new IllegalStateException("no key");
        }
        return known;
    }
}
