package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.storage.object.index.Condition;
import io.brume.storage.object.index.IndexFault;
import io.brume.storage.object.index.NamedPart;
import io.brume.storage.object.index.NewObject;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectChecksum;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.PartSummary;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.model.UploadPart;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.CallTrace;
import io.brume.storage.object.s3.S3Faults;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Makes an object of the parts that were uploaded. Thread-safe. */
final class UploadCompletion {
    private static final long LEAST_PART = 5L << 20;
    private static final long MOST = 5L << 40;
    private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");

    private final S3Parts parts;
    private final Access access;

    UploadCompletion(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
    }

    /** An object that was made so. */
    record Completed(Bucket bucket, ObjectVersion version) {}

    Completed complete(CompleteMultipartUploadRequest request) {
        var bucket = access.bucket(request.bucket());
        var key = Access.key(request.key());
        access.demand("s3:PutObject", bucket, key, AccessContext.NONE);
        var condition = WriteConditions.of(request.ifMatch(), request.ifNoneMatch());
        var asked = asked(request);
        var named =
                asked.stream()
                        .map(part -> new NamedPart(part.partNumber(), ETags.unquoted(part.eTag())))
                        .toList();
        Upload upload;
        List<UploadPart> chosen;
        try {
            upload = parts.index().upload(bucket.name(), key, request.uploadId());
            chosen = chosen(bucket, key, upload, asked);
        } catch (IndexFault fault) {
            if (fault.reason() != IndexFault.Reason.NO_SUCH_UPLOAD) {
                throw fault;
            }
            return again(bucket, key, request.uploadId(), named, condition);
        }
        var content = content(upload, chosen);
        demandPromised(request, upload, content);
        CallTrace.met(content);
        var object =
                new NewObject(
                        key,
                        upload.owner(),
                        content,
                        upload.headers(),
                        upload.tags(),
                        upload.settings());
        return new Completed(
                bucket,
                parts.index()
                        .completeUpload(
                                bucket.name(), request.uploadId(), object, named, condition));
    }

    private static List<CompletedPart> asked(CompleteMultipartUploadRequest request) {
        var asked = request.multipartUpload() == null ? null : request.multipartUpload().parts();
        if (asked == null || asked.isEmpty() || asked.size() > UploadPart.MAX_NUMBER) {
            throw S3Faults.malformedXml();
        }
        int before = 0;
        for (var part : asked) {
            if (part.partNumber() == null || part.eTag() == null) {
                throw S3Faults.malformedXml();
            }
            if (part.partNumber() <= before) {
                throw Fault.invalid(
                        "InvalidPartOrder",
                        "The list of parts was not in ascending order. Parts must be ordered by"
                                + " part number.");
            }
            before = part.partNumber();
        }
        return asked;
    }

    /** The parts that were named, in their order; held against what was said of them. */
    private List<UploadPart> chosen(
            Bucket bucket, ObjectKey key, Upload upload, List<CompletedPart> asked) {
        var stored = stored(bucket, key, upload.id());
        var chosen = new ArrayList<UploadPart>();
        for (var each : asked) {
            var part = stored.get(each.partNumber());
            if (part == null
                    || !part.etag().equals(ETags.unquoted(each.eTag()))
                    || !matches(upload, part, each)) {
                throw new IndexFault(IndexFault.Reason.INVALID_PART);
            }
            chosen.add(part);
        }
        for (var part : chosen.subList(0, chosen.size() - 1)) {
            if (part.size() < LEAST_PART) {
                throw Fault.invalid(
                        "EntityTooSmall",
                        "Your proposed upload is smaller than the minimum allowed size");
            }
        }
        return chosen;
    }

    private Map<Integer, UploadPart> stored(Bucket bucket, ObjectKey key, String id) {
        var stored = new HashMap<Integer, UploadPart>();
        int after = 0;
        List<UploadPart> page;
        do {
            page = parts.index().parts(bucket.name(), key, id, after, UploadLists.PAGE);
            for (var part : page) {
                stored.put(part.number(), part);
                after = part.number();
            }
        } while (page.size() == UploadLists.PAGE);
        return stored;
    }

    private static boolean matches(Upload upload, UploadPart part, CompletedPart named) {
        var algorithm = upload.checksum().orElse(ChecksumChoice.USUAL);
        var promised =
                switch (algorithm) {
                    case CRC32 -> named.checksumCRC32();
                    case CRC32C -> named.checksumCRC32C();
                    case CRC64NVME -> named.checksumCRC64NVME();
                    case SHA1 -> named.checksumSHA1();
                    case SHA256 -> named.checksumSHA256();
                    case MD5 -> null;
                };
        return promised == null
                || part.checksum().map(sum -> sum.base64().equals(promised)).orElse(false);
    }

    private static ObjectContent content(Upload upload, List<UploadPart> chosen) {
        long size = chosen.stream().mapToLong(UploadPart::size).sum();
        if (size > MOST) {
            throw Intake.tooLarge();
        }
        return new ObjectContent(
                size,
                PartSums.etag(chosen.stream().map(UploadPart::etag).toList()),
                upload.storageClass(),
                PartSums.checksum(upload, chosen),
                chosen.stream()
                        .map(part ->
                                new PartSummary(
                                        part.number(),
                                        part.size(),
                                        part.checksum().map(ObjectChecksum::base64)))
                        .toList(),
                List.of());
    }

    /** What the request says of the object as a whole. */
    private static void demandPromised(
            CompleteMultipartUploadRequest request, Upload upload, ObjectContent content) {
        if (request.mpuObjectSize() != null && request.mpuObjectSize() != content.size()) {
            throw S3Faults.invalidRequest(
                    "The provided 'x-amz-mp-object-size' header value "
                            + request.mpuObjectSize()
                            + " does not match what was computed: "
                            + content.size());
        }
        var type = request.checksumTypeAsString();
        if (type != null && !type.equals(upload.composite() ? "COMPOSITE" : "FULL_OBJECT")) {
            throw S3Faults.invalidRequest(
                    "The upload was created using the "
                            + (upload.composite() ? "COMPOSITE" : "FULL_OBJECT")
                            + " checksum mode. The complete request must use the same checksum"
                            + " mode.");
        }
        demand(ChecksumAlgorithm.CRC32, request.checksumCRC32(), content);
        demand(ChecksumAlgorithm.CRC32C, request.checksumCRC32C(), content);
        demand(ChecksumAlgorithm.CRC64NVME, request.checksumCRC64NVME(), content);
        demand(ChecksumAlgorithm.SHA1, request.checksumSHA1(), content);
        demand(ChecksumAlgorithm.SHA256, request.checksumSHA256(), content);
    }

    private static void demand(
            ChecksumAlgorithm algorithm, @Nullable String promised, ObjectContent content) {
        var own = content.checksum().filter(sum -> sum.algorithm() == algorithm);
        if (promised == null || own.isEmpty()) {
            return;
        }
        // Clients may leave out how many parts a composite one is of.
        var value = own.get().base64();
        int dash = value.indexOf('-');
        boolean same =
                value.equals(promised) || (dash > 0 && value.substring(0, dash).equals(promised));
        if (!same) {
            throw algorithm.mismatch();
        }
    }

    /**
     * A completed upload is no longer there, but its client may not have heard of it and asks
     * again; the index knows, and does not look at what is said of the content then.
     */
    private Completed again(
            Bucket bucket,
            ObjectKey key,
            String uploadId,
            List<NamedPart> named,
            Condition condition) {
        if (!named.stream().allMatch(part -> MD5.matcher(part.etag()).matches())) {
            throw S3Faults.noSuchUpload();
        }
        var content =
                new ObjectContent(
                        0,
                        PartSums.etag(named.stream().map(NamedPart::etag).toList()),
                        StorageClass.STANDARD,
                        Optional.empty(),
                        List.of(),
                        List.of());
        var object = new NewObject(key, bucket.owner(), content, Map.of(), Map.of(), Map.of());
        return new Completed(
                bucket,
                parts.index().completeUpload(bucket.name(), uploadId, object, named, condition));
    }
}
