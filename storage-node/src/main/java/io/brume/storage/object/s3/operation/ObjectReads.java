package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.VersionId;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.CallTrace;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.HttpDates;
import io.brume.storage.object.s3.Query;
import io.brume.storage.object.s3.RefusedException;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.encryption.ContentKey;
import io.brume.storage.object.s3.encryption.Encryptions;
import io.brume.storage.object.s3.http.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** GetObject and HeadObject. Thread-safe. */
public final class ObjectReads {
    private final S3Parts parts;
    private final Access access;

    public ObjectReads(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
    }

    /** A version that the caller may read, and its content. */
    private record Found(
            Bucket bucket,
            ObjectVersion version,
            ObjectContent content,
            Optional<ContentKey> encryption) {}

    /**
     * Answers GET, or HEAD, which opens no content.
     *
     * @throws Fault if the caller may not, or there is no such object
     * @throws RefusedException if it is a delete marker
     */
    public Answer read(String bucketName, String keyText, Query query) {
        var head = Caller.current().head();
        boolean opens = head.method().equals("GET");
        var found = find(bucketName, keyText, Access.version(query.get("versionId").orElse(null)));
        var content = found.content();
        switch (ReadConditions.of(head).verdict(content.etag(), found.version().modified())) {
            case FAILED -> throw S3Faults.preconditionFailed();
            case NOT_MODIFIED -> {
                return Answer.empty(304, notModified(found));
            }
            case READ -> {}
        }
        if (opens) {
            demandReadable(found);
        }
        var headers = ObjectReplies.headers(found.bucket(), found.version(), content);
        var part = part(query, content);
        var range = part.map(Part::range).or(() -> range(head.header("range"), content.size()));
        if (part.isPresent() && head.header("range") != null) {
            throw S3Faults.invalidRequest(
                    "Cannot specify both Range header and partNumber query parameter");
        }
        range.ifPresent(some -> headers.put("Content-Range", some.of(content.size())));
        if (part.isPresent() && !content.parts().isEmpty()) {
            headers.put("x-amz-mp-parts-count", Integer.toString(content.parts().size()));
        }
        if ("ENABLED".equalsIgnoreCase(head.header("x-amz-checksum-mode"))) {
            checksums(headers, content, part, range);
        }
        ObjectReplies.override(headers, query, Caller.current());
        var wanted = range.orElse(new ByteRange(0, content.size()));
        int status = range.isPresent() ? 206 : 200;
        if (!opens) {
            headers.put("Content-Length", Long.toString(wanted.length()));
            return Answer.empty(status, headers);
        }
        return wanted.length() == 0
                ? Answer.empty(status, headers)
                : new Answer(status, headers, open(found, wanted));
    }

    private Answer.Stream open(Found found, ByteRange wanted) {
        try {
            return new Answer.Stream(
                    Encryptions.read(
                            parts.data(),
                            found.encryption(),
                            found.content(),
                            wanted.offset(),
                            wanted.length()),
                    wanted.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Found find(String bucketName, String keyText, Optional<VersionId> versionId) {
        var located = access.object(bucketName, keyText, versionId);
        var bucket = located.bucket();
        var key = Access.key(keyText);
        var version = located.version();
        access.demand(
                versionId.isPresent() ? "s3:GetObjectVersion" : "s3:GetObject",
                bucket,
                key,
                AccessContext.of(version));
        if (version.isEmpty()) {
            throw access.absent(
                    bucket,
                    versionId.isPresent() ? S3Faults.noSuchVersion() : S3Faults.noSuchKey());
        }
        var content = version.get().content();
        if (content.isEmpty()) {
            throw marker(bucket, version.get(), versionId.isPresent());
        }
        CallTrace.met(content.get());
        var encryption =
                parts.encryptions().reading(Caller.current().head(), bucket, version.get());
        return new Found(bucket, version.get(), content.get(), encryption);
    }

    private RefusedException marker(Bucket bucket, ObjectVersion marker, boolean named) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("x-amz-delete-marker", "true");
        Replies.version(headers, bucket, marker);
        if (!named) {
            return new RefusedException(access.absent(bucket, S3Faults.noSuchKey()), headers);
        }
        headers.put("Allow", "DELETE");
        headers.put("Last-Modified", HttpDates.print(marker.modified()));
        return new RefusedException(S3Faults.methodNotAllowed(), headers);
    }

    private void demandReadable(Found found) {
        if (!found.version().isReadable(parts.time().now())) {
            throw Fault.denied(
                    "InvalidObjectState",
                    "The operation is not valid for the object's storage class");
        }
    }

    private static Map<String, String> notModified(Found found) {
        var all = ObjectReplies.headers(found.bucket(), found.version(), found.content());
        all.keySet()
                .removeIf(name ->
                        switch (name) {
                            case "ETag",
                                    "Last-Modified",
                                    "x-amz-version-id",
                                    "Cache-Control",
                                    "Expires" ->
                                    false;
                            default -> true;
                        });
        return all;
    }

    private static Optional<ByteRange> range(@Nullable String header, long size) {
        return header == null ? Optional.empty() : ByteRange.of(header, size);
    }

    /** A part that was asked for, and where it is. */
    private record Part(int index, ByteRange range) {}

    private static Optional<Part> part(Query query, ObjectContent content) {
        var text = query.get("partNumber");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int number = PartPuts.number(text.get());
        if (content.parts().isEmpty() && number == 1) {
            return content.size() == 0
                    ? Optional.empty()
                    : Optional.of(new Part(0, new ByteRange(0, content.size())));
        }
        if (number > content.parts().size()) {
            throw Fault.invalid("InvalidPartNumber", "The requested partnumber is not satisfiable")
                    .withStatus(416);
        }
        long offset = 0;
        for (int i = 0; i < number - 1; i++) {
            offset += content.parts().get(i).size();
        }
        return Optional.of(
                new Part(
                        number - 1, new ByteRange(offset, content.parts().get(number - 1).size())));
    }

    /** Of the whole, or of the part; there is none of a range. */
    private static void checksums(
            Map<String, String> headers,
            ObjectContent content,
            Optional<Part> part,
            Optional<ByteRange> range) {
        if (content.checksum().isEmpty()) {
            return;
        }
        var checksum = content.checksum().get();
        if (part.isPresent() && !content.parts().isEmpty()) {
            content.parts()
                    .get(part.get().index())
                    .checksum()
                    .ifPresent(value -> headers.put(checksum.algorithm().header(), value));
        } else if (range.isEmpty() || part.isPresent()) {
            Replies.checksum(headers, checksum);
        }
    }
}
