package io.brume.storage.object.s3.operation;

import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.storage.object.model.ObjectChecksum;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.model.UploadPart;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The ETag and the checksum of an object from those of its parts. */
final class PartSums {
    private PartSums() {}

    /** The MD5 of the parts' MD5s, and how many they are. */
    static String etag(List<String> etagsOfParts) {
        var md5 = ChecksumAlgorithm.MD5.start();
        for (var etag : etagsOfParts) {
            var bytes = HexFormat.of().parseHex(etag);
            md5.update(bytes, 0, bytes.length);
        }
        return HexFormat.of().formatHex(md5.value()) + "-" + etagsOfParts.size();
    }

    /** Of the object's algorithm; empty when a part has none of it. */
    static Optional<ObjectChecksum> checksum(Upload upload, List<UploadPart> parts) {
        var algorithm = upload.checksum().orElse(ChecksumChoice.USUAL);
        boolean all =
                parts.stream()
                        .allMatch(part ->
                                part.checksum().isPresent()
                                        && part.checksum().get().algorithm() == algorithm);
        if (!all) {
            return Optional.empty();
        }
        return upload.composite()
                ? Optional.of(composite(algorithm, parts))
                : CrcCombination.of(algorithm).map(crc -> whole(algorithm, crc, parts));
    }

    private static ObjectChecksum composite(ChecksumAlgorithm algorithm, List<UploadPart> parts) {
        var sum = algorithm.start();
        for (var part : parts) {
            var bytes = bytes(part);
            sum.update(bytes, 0, bytes.length);
        }
        return new ObjectChecksum(algorithm, sum.base64() + "-" + parts.size(), true);
    }

    private static ObjectChecksum whole(
            ChecksumAlgorithm algorithm, CrcCombination crc, List<UploadPart> parts) {
        long sum = CrcCombination.ofBytes(bytes(parts.getFirst()));
        for (var part : parts.subList(1, parts.size())) {
            sum = crc.combine(sum, CrcCombination.ofBytes(bytes(part)), part.size());
        }
        var base64 = Base64.getEncoder().encodeToString(crc.toBytes(sum));
        return new ObjectChecksum(algorithm, base64, false);
    }

    private static byte[] bytes(UploadPart part) {
        return Base64.getDecoder().decode(part.checksum().orElseThrow().base64());
    }
}
