package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.VersionId;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.Percent;
import io.brume.storage.object.s3.Query;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.encryption.ContentKey;
import io.brume.storage.object.s3.encryption.Encryptions;
import java.io.IOException;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.S3Request;

/** What a copy is made from: a version that is there, and that the caller may read. */
record CopySource(
        Bucket bucket,
        ObjectVersion version,
        ObjectContent content,
        Optional<ContentKey> encryption) {
    CopySource {
        requireNonNull(bucket);
        requireNonNull(version);
        requireNonNull(content);
        requireNonNull(encryption);
    }

    /** What {@code x-amz-copy-source} names. */
    record Name(String bucket, String key, Optional<VersionId> version) {
        /**
         * As the header of a request has it. The SDK's own getter is deprecated, since clients are
         * to set bucket and key apart; on the wire they are one.
         *
         * @throws Fault {@code InvalidArgument}
         */
        static Name of(S3Request request) {
            return parse(request.getValueForField("CopySource", String.class).orElse(""));
        }

        /**
         * Reads {@code /bucket/key?versionId=…}, percent-encoded.
         *
         * @throws Fault {@code InvalidArgument}
         */
        static Name parse(String header) {
            var text = header.startsWith("/") ? header.substring(1) : header;
            if (text.startsWith("arn:")) {
                throw S3Faults.notImplemented("A copy from an access point");
            }
            int mark = text.indexOf("?versionId=");
            var path = Percent.decode(mark < 0 ? text : text.substring(0, mark));
            int slash = path.indexOf('/');
            if (slash < 1 || slash == path.length() - 1) {
                throw S3Faults.invalidArgument(
                        "Copy Source must mention the source bucket and key:"
                                + " sourcebucket/sourcekey");
            }
            var version =
                    mark < 0
                            ? Optional.<VersionId>empty()
                            : Access.version(
                                    Query.parse(text.substring(mark + 1)).text("versionId"));
            return new Name(path.substring(0, slash), path.substring(slash + 1), version);
        }
    }

    /**
     * Finds it, and holds it against the request's conditions.
     *
     * @throws Fault when it may not be copied
     */
    static CopySource find(S3Parts parts, Access access, Name name) {
        var bucket = access.source(name.bucket());
        var key = Access.key(name.key());
        var found = parts.index().find(bucket.name(), key, name.version());
        boolean named = name.version().isPresent();
        access.demand(
                named ? "s3:GetObjectVersion" : "s3:GetObject",
                bucket,
                key,
                AccessContext.of(found));
        if (found.isEmpty()) {
            throw access.absent(bucket, named ? S3Faults.noSuchVersion() : S3Faults.noSuchKey());
        }
        var version = found.get();
        if (version.isDeleteMarker()) {
            throw named
                    ? S3Faults.invalidRequest(
                            "The source of a copy request may not specifically refer to a delete"
                                    + " marker by version id.")
                    : access.absent(bucket, S3Faults.noSuchKey());
        }
        var content = version.content().orElseThrow();
        demandReadable(parts, version, content);
        var encryption = parts.encryptions().copying(Caller.current().head(), bucket, version);
        return new CopySource(bucket, version, content, encryption);
    }

    private static void demandReadable(
            S3Parts parts, ObjectVersion version, ObjectContent content) {
        var conditions = ReadConditions.of(Caller.current().head(), "x-amz-copy-source-");
        if (conditions.verdict(content.etag(), version.modified()) != ReadConditions.Verdict.READ) {
            throw S3Faults.preconditionFailed();
        }
        if (!version.isReadable(parts.time().now())) {
            throw Fault.denied(
                    "InvalidObjectState",
                    "Operation is not valid for the source object's storage class");
        }
    }

    /** Opens a range of it. */
    ContentReader read(S3Parts parts, ByteRange range) throws IOException {
        return Encryptions.read(parts.data(), encryption, content, range.offset(), range.length());
    }

    ObjectKey key() {
        return version.key();
    }

    /** The version that an answer names. */
    Optional<String> versionShown() {
        return Replies.version(bucket, version);
    }
}
