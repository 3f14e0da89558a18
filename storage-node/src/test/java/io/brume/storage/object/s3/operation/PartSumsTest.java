package io.brume.storage.object.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.ObjectChecksum;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.model.UploadPart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PartSumsTest {
    private static final long SEED = 4;

    private static Upload upload(ChecksumAlgorithm algorithm, boolean composite) {
        return new Upload(
                new ObjectKey("k"),
                "u",
                new AccountId("000000000001"),
                Instant.EPOCH,
                StorageClass.STANDARD,
                Optional.of(algorithm),
                composite,
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static UploadPart part(int number, byte[] bytes, ChecksumAlgorithm algorithm) {
        var checksum = new ObjectChecksum(algorithm, base64(algorithm, bytes), false);
        return new UploadPart(
                number, bytes.length, "0", Optional.of(checksum), Instant.EPOCH, List.of());
    }

    private static String base64(ChecksumAlgorithm algorithm, byte[] bytes) {
        var sum = algorithm.start();
        sum.update(bytes, 0, bytes.length);
        return sum.base64();
    }

    @ParameterizedTest
    @EnumSource(names = {"CRC32", "CRC32C", "CRC64NVME"})
    void combinesCrcsToThatOfTheWhole(ChecksumAlgorithm algorithm) {
        var random = new Random(SEED);
        for (int round = 0; round < 50; round++) {
            var whole = new byte[random.nextInt(1, 5000)];
            random.nextBytes(whole);
            var parts = new ArrayList<UploadPart>();
            for (int at = 0; at < whole.length; ) {
                int end = Math.min(whole.length, at + random.nextInt(1, 700));
                parts.add(part(parts.size() + 1, Arrays.copyOfRange(whole, at, end), algorithm));
                at = end;
            }
            assertThat(PartSums.checksum(upload(algorithm, false), parts))
                    .as("seed %d, round %d", SEED, round)
                    .contains(new ObjectChecksum(algorithm, base64(algorithm, whole), false));
        }
    }

    @Test
    void combinesWithAnEmptyPart() {
        var whole = new byte[] {1, 2, 3};
        var parts =
                List.of(
                        part(1, whole, ChecksumAlgorithm.CRC32),
                        part(2, new byte[0], ChecksumAlgorithm.CRC32));
        assertThat(PartSums.checksum(upload(ChecksumAlgorithm.CRC32, false), parts).orElseThrow())
                .extracting(ObjectChecksum::base64)
                .isEqualTo(base64(ChecksumAlgorithm.CRC32, whole));
    }

    @Test
    void sumsUpTheSumsOfParts() {
        var one = part(1, new byte[] {1}, ChecksumAlgorithm.SHA256);
        var two = part(2, new byte[] {2}, ChecksumAlgorithm.SHA256);
        var both = new byte[64];
        System.arraycopy(
                Base64.getDecoder().decode(one.checksum().orElseThrow().base64()), 0, both, 0, 32);
        System.arraycopy(
                Base64.getDecoder().decode(two.checksum().orElseThrow().base64()), 0, both, 32, 32);
        assertThat(PartSums.checksum(upload(ChecksumAlgorithm.SHA256, true), List.of(one, two)))
                .contains(
                        new ObjectChecksum(
                                ChecksumAlgorithm.SHA256,
                                base64(ChecksumAlgorithm.SHA256, both) + "-2",
                                true));
    }

    @Test
    void hasNoneWhereAPartHasAnother() {
        var parts =
                List.of(
                        part(1, new byte[] {1}, ChecksumAlgorithm.CRC32),
                        part(2, new byte[] {1}, ChecksumAlgorithm.CRC32C));
        assertThat(PartSums.checksum(upload(ChecksumAlgorithm.CRC32, false), parts)).isEmpty();
    }

    @Test
    void makesTheEtagOfTheEtags() {
        var md5 = ChecksumAlgorithm.MD5.start();
        var zeros = new byte[32];
        md5.update(zeros, 0, 32);
        assertThat(PartSums.etag(List.of("0".repeat(32), "0".repeat(32))))
                .isEqualTo(HexFormat.of().formatHex(md5.value()) + "-2");
    }
}
