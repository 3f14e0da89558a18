package io.brume.proto.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BlockCipherTest {
    /** Of IEEE 1619's vector 10. */
    private static final byte[] KEY =
            HexFormat.of()
                    .parseHex(
                            "2718281828459045235360287471352662497757247093699959574966967627"
                                + "3141592653589793238462643383279502884197169399375105820974944592");

    /** The begin and the digest are OpenSSL's; the begin of number 255 is IEEE's, too. */
    @ParameterizedTest
    @CsvSource({
        "0,3a060a8cad115a6f44572e3759e43c8fcad8bfcb233ff6ad71b7c1e7ca651508,"
                + "75ed487aa0520c5d5f42d2f3f83290b29f874cedba0360d3b5325e9e78bc444e",
        "255,1c3b3a102f770386e4836c99e370cf9bea00803f5e482357a4ae12d414a3e63b,"
                + "d74aad83ceba041c9697f0cd1a0f94a1efd98cb9740ce630724e964be6b85436",
        "1099511627775,64497e5a831e4a932c09be3e5393376daa599548b816031d224bbf50a818ed23,"
                + "b32997818ba24404221b00bd0a4d3b85606aadb3488d22a118d2f7cd94364691"
    })
    void encryptsAsOpenSslDoes(long block, String begin, String digest) throws Exception {
        var plain = ByteBuffer.allocate(Blocks.BLOCK);
        while (plain.hasRemaining()) {
            plain.put((byte) plain.position());
        }
        byte[] secret = new byte[Blocks.BLOCK];
        new BlockCipher(KEY).encrypt(block, plain.flip(), ByteBuffer.wrap(secret));
        assertThat(HexFormat.of().formatHex(secret, 0, 32)).isEqualTo(begin);
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(secret)))
                .isEqualTo(digest);
    }

    @Test
    void decryptsInPlaceWhatItEncrypted() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] plain = new byte[Blocks.BLOCK];
        var memory = ByteBuffer.allocateDirect(Blocks.BLOCK);
        var cipher = new BlockCipher(KEY);
        for (int i = 0; i < 200; i++) {
            random.nextBytes(plain);
            long block = random.nextLong(1L << 40);
            memory.clear().put(plain).flip();
            cipher.encrypt(block, memory.duplicate(), memory.duplicate());
            assertThat(memory).as("seed %d", seed).isNotEqualTo(ByteBuffer.wrap(plain));
            cipher.decrypt(block, memory.duplicate(), memory.duplicate());
            assertThat(memory).as("seed %d", seed).isEqualTo(ByteBuffer.wrap(plain));
        }
    }

    @Test
    void refusesKeysThatAreNoneForXts() {
        assertThatThrownBy(() -> new BlockCipher(new byte[32]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlockCipher(new byte[BlockCipher.KEY]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
