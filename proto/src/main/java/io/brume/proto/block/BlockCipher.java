package io.brume.proto.block;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts the blocks of one volume with AES-256-XTS; a block's number is its tweak, so that equal
 * blocks at different places look different and a block can be read without its neighbours. It
 * hides content; that a block was swapped for an older one it does not notice.
 *
 * <p>Source: IEEE 1619-2018. The two halves of the key must differ (FIPS 140-2 IG A.9). Not
 * thread-safe: a volume has one thread.
 */
public final class BlockCipher {
    /** Bytes of a key: one AES-256 key for the data, one for the tweak. */
    public static final int KEY = 64;

    private static final int AES_BLOCK = 16;
    private static final long FEEDBACK = 0x87;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Cipher encryption;
    private final Cipher decryption;
    private final Cipher tweak;
    private final byte[] tweaks = new byte[Blocks.BLOCK];
    private final byte[] work = new byte[Blocks.BLOCK];

    /**
     * A cipher for a key.
     *
     * @param key {@link #KEY} bytes; not kept
     * @throws IllegalArgumentException when its halves are equal or it has another length
     */
    public BlockCipher(byte[] key) {
        if (key.length != KEY) {
            throw new IllegalArgumentException("a key has " + KEY + " bytes");
        }
        int half = KEY / 2;
        int difference = 0;
        for (int i = 0; i < half; i++) {
            difference |= key[i] ^ key[half + i];
        }
        if (difference == 0) {
            throw new IllegalArgumentException("the halves of the key are equal");
        }
        encryption = aes(Cipher.ENCRYPT_MODE, key, 0);
        decryption = aes(Cipher.DECRYPT_MODE, key, 0);
        tweak = aes(Cipher.ENCRYPT_MODE, key, half);
    }

    // XTS is built from bare AES blocks: the mode that is unsafe alone is its part here.
    @SuppressWarnings("InsecureCryptoUsage")
    private static Cipher aes(int mode, byte[] key, int offset) {
        try {
            var cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, offset, KEY / 2, "AES"));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-256", e);
        }
    }

    /**
     * Encrypts one block.
     *
     * @param block its number in the volume
     * @param from read from its position, {@link Blocks#BLOCK} bytes
     * @param to written at its position; may be the same memory
     */
    public void encrypt(long block, ByteBuffer from, ByteBuffer to) {
        transform(encryption, block, from, to);
    }

    /** The reverse of {@link #encrypt}. */
    public void decrypt(long block, ByteBuffer from, ByteBuffer to) {
        transform(decryption, block, from, to);
    }

    private void transform(Cipher aes, long block, ByteBuffer from, ByteBuffer to) {
        try {
            fillTweaks(block);
            from.get(work);
            mask();
            aes.doFinal(work, 0, work.length, work, 0);
            mask();
            to.put(work);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES of whole blocks cannot fail", e);
        }
    }

    /** The tweak of each sixteen bytes: the encrypted number, doubled in GF(2^128) each time. */
    private void fillTweaks(long block) throws GeneralSecurityException {
        LONGS.set(tweaks, 0, block);
        LONGS.set(tweaks, Long.BYTES, 0L);
        tweak.doFinal(tweaks, 0, AES_BLOCK, tweaks, 0);
        long low = (long) LONGS.get(tweaks, 0);
        long high = (long) LONGS.get(tweaks, Long.BYTES);
        for (int at = AES_BLOCK; at < tweaks.length; at += AES_BLOCK) {
            long carry = high >> (Long.SIZE - 1) & FEEDBACK;
            high = high << 1 | low >>> (Long.SIZE - 1);
            low = low << 1 ^ carry;
            LONGS.set(tweaks, at, low);
            LONGS.set(tweaks, at + Long.BYTES, high);
        }
    }

    private void mask() {
        for (int at = 0; at < work.length; at += Long.BYTES) {
            LONGS.set(work, at, (long) LONGS.get(work, at) ^ (long) LONGS.get(tweaks, at));
        }
    }
}
