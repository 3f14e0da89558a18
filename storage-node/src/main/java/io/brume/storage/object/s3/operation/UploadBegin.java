package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.S3Faults;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Begins uploads in parts. Thread-safe. */
final class UploadBegin {
    private static final int ID_BYTES = 32;

    private final S3Parts parts;
    private final Access access;

    UploadBegin(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
    }

    /** An upload that has begun. */
    record Begun(Bucket bucket, Upload upload, Map<String, String> headers) {}

    Begun begin(String bucketName, String keyText) {
        var caller = Caller.current();
        var head = caller.head();
        var bucket = access.bucket(bucketName);
        var key = Access.key(keyText);
        ObjectHeaders.demandBuilt(head);
        var kept = ObjectHeaders.kept(head);
        var tags = Tags.ofHeader(head.header("x-amz-tagging"));
        PutDemands.demand(access, bucket, key, head, tags);
        var sum = Sum.of(head);
        var plan = parts.encryptions().planned(head, bucket, key);
        var upload =
                new Upload(
                        key,
                        id(),
                        parts.objectRules().owner(caller, bucket),
                        parts.time().now(),
                        ObjectHeaders.storageClass(head),
                        sum.algorithm(),
                        sum.composite(),
                        kept,
                        tags,
                        plan.with(parts.objectRules().settings(caller, bucket)));
        parts.index().beginUpload(bucket.name(), upload);
        return new Begun(bucket, upload, plan.headers());
    }

    private String id() {
        var bytes = new byte[ID_BYTES];
        parts.random().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Which checksum the object is to have. */
    private record Sum(Optional<ChecksumAlgorithm> algorithm, boolean composite) {
        static Sum of(HttpCall head) {
            var name = head.header("x-amz-checksum-algorithm");
            var type = head.header("x-amz-checksum-type");
            if (name == null) {
                if (type != null) {
                    throw S3Faults.invalidRequest(
                            "The x-amz-checksum-type header can only be used with the"
                                    + " x-amz-checksum-algorithm header.");
                }
                return new Sum(Optional.empty(), false);
            }
            var algorithm = UploadBegin.algorithm(name);
            return new Sum(Optional.of(algorithm), isComposite(algorithm, type));
        }

        private static boolean isComposite(ChecksumAlgorithm algorithm, @Nullable String type) {
            boolean crc = CrcCombination.of(algorithm).isPresent();
            boolean mayBeComposite = algorithm != ChecksumAlgorithm.CRC64NVME;
            return switch (type) {
                case null -> mayBeComposite;
                case "COMPOSITE" -> {
                    if (!mayBeComposite) {
                        throw impossible("COMPOSITE", algorithm);
                    }
                    yield true;
                }
                case "FULL_OBJECT" -> {
                    if (!crc) {
                        throw impossible("FULL_OBJECT", algorithm);
                    }
                    yield false;
                }
                default ->
                        throw S3Faults.invalidRequest(
                                "Value for x-amz-checksum-type header is invalid.");
            };
        }

        private static RuntimeException impossible(String type, ChecksumAlgorithm algorithm) {
            return S3Faults.invalidRequest(
                    "The "
                            + type
                            + " checksum type cannot be used with the "
                            + algorithm.name().toLowerCase(Locale.ROOT)
                            + " checksum algorithm.");
        }
    }

    /**
     * The algorithm of this name.
     *
     * @throws io.brume.common.aws.Fault {@code InvalidRequest}
     */
    static ChecksumAlgorithm algorithm(String name) {
        return Arrays.stream(ChecksumAlgorithm.values())
                .filter(each -> each != ChecksumAlgorithm.MD5 && each.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() ->
                        S3Faults.invalidRequest(
                                "Checksum algorithm provided is unsupported. Please try again with"
                                    + " any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1,"
                                    + " SHA256]"));
    }
}
