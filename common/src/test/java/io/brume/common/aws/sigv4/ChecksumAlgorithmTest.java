package io.brume.common.aws.sigv4;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksumAlgorithmTest {
    // The check values of the CRC catalogue (reveng) over "123456789"; digests by sha1sum and
    // md5sum.
    @ParameterizedTest
    @CsvSource({
        "CRC32, cbf43926",
        "CRC32C, e3069283",
        "CRC64NVME, ae8b14860a799888",
        "SHA1, f7c3bc1d808e04732adf679965ccc34ca7ae3441",
        "SHA256, 15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
        "MD5, 25f9e794323b453885f5181f1b624d0b"
    })
    void meetsThePublishedCheckValue(ChecksumAlgorithm algorithm, String expected) {
        var checksum = algorithm.start();
        checksum.update("0123456789".getBytes(US_ASCII), 1, 9);
        assertThat(HexFormat.of().formatHex(checksum.value())).isEqualTo(expected);
    }

    // From the NVM Command Set specification: 4096 bytes of zeros, and of ones.
    @ParameterizedTest
    @CsvSource({"0, 6482d367eb22b64e", "255, c0ddba7302eca3ac"})
    void meetsTheSpecificationsBlocks(int octet, String expected) {
        var block = new byte[4096];
        java.util.Arrays.fill(block, (byte) octet);
        var crc = new Crc64Nvme();
        crc.update(block, 0, block.length);
        assertThat(Long.toHexString(crc.getValue())).isEqualTo(expected);
    }

    @Property(tries = 200)
    void isTheSameHoweverTheBytesArrive(@ForAll byte[] data, @ForAll int cut) {
        int at = data.length == 0 ? 0 : Math.floorMod(cut, data.length);
        for (var algorithm : ChecksumAlgorithm.values()) {
            var whole = algorithm.start();
            whole.update(data, 0, data.length);
            var parts = algorithm.start();
            parts.update(data, 0, at);
            for (int i = at; i < data.length; i++) {
                parts.update(data, i, 1);
            }
            assertThat(parts.base64()).isEqualTo(whole.base64());
        }
    }
}
