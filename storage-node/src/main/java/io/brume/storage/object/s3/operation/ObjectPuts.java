package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.sigv4.Payload;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.index.Condition;
import io.brume.storage.object.index.NewObject;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.http.Answer;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * PutObject, and what a browser's form puts. Blobs first, then one commit: what fails in between
 * has stored nothing. Thread-safe.
 */
public final class ObjectPuts {
    private final S3Parts parts;
    private final Access access;
    private final Intake intake;

    public ObjectPuts(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
        this.intake = new Intake(parts.data());
    }

    /** An object that was put. */
    public record Put(Bucket bucket, ObjectVersion version, Map<String, String> headers) {}

    /** The version that an answer names, if its bucket keeps any. */
    public static Optional<String> version(Put put) {
        return Replies.version(put.bucket(), put.version());
    }

    /** PutObject. The body is not read before the head has been found good. */
    public Answer put(String bucketName, String keyText, Payload payload, InputStream raw) {
        if (payload.length() < 0) {
            throw Fault.invalid(
                            "MissingContentLength",
                            "You must provide the Content-Length HTTP header.")
                    .withStatus(411);
        }
        var put = store(bucketName, keyText, payload, raw);
        var headers = new LinkedHashMap<String, String>();
        var content = put.version().content().orElseThrow();
        headers.put("ETag", ETags.quoted(content.etag()));
        content.checksum().ifPresent(checksum -> Replies.checksum(headers, checksum));
        Replies.version(headers, put.bucket(), put.version());
        headers.putAll(put.headers());
        return Answer.empty(200, headers);
    }

    /** Puts a body under a key, with what the caller's head says of it. */
    public Put store(String bucketName, String keyText, Payload payload, InputStream raw) {
        var caller = Caller.current();
        var head = caller.head();
        var bucket = access.bucket(bucketName);
        var key = Access.key(keyText);
        ObjectHeaders.demandBuilt(head);
        var kept = ObjectHeaders.kept(head);
        var tags = Tags.ofHeader(head.header("x-amz-tagging"));
        var storageClass = ObjectHeaders.storageClass(head);
        var condition = WriteConditions.of(head.header("if-match"), head.header("if-none-match"));
        var choice = ChecksumChoice.ofObject(head, payload);
        PutDemands.demand(access, bucket, key, head, tags);
        var plan = parts.encryptions().planned(head, bucket, key);
        var settings = plan.with(parts.objectRules().settings(caller, bucket));
        if (payload.length() > Intake.MOST) {
            throw Intake.tooLarge();
        }
        demandAbsent(bucket, key, condition);
        var stored =
                intake.body(
                        new BlobClaim(bucket.number(), key, Optional.empty()),
                        payload.length(),
                        payload.openIgnoringChecksumHeaders(raw),
                        choice,
                        plan,
                        storageClass);
        var object =
                new NewObject(
                        key,
                        parts.objectRules().owner(caller, bucket),
                        stored.content(storageClass),
                        kept,
                        tags,
                        settings);
        return new Put(
                bucket,
                intake.commit(stored, () -> parts.index().put(bucket.name(), object, condition)),
                plan.headers());
    }

    /** The commit decides; this only spares the transport of what it would refuse. */
    private void demandAbsent(Bucket bucket, ObjectKey key, Condition condition) {
        if (condition.ifNoneMatch().isPresent()) {
            var there = parts.index().find(bucket.name(), key, Optional.empty());
            if (there.isPresent() && !there.get().isDeleteMarker()) {
                throw S3Faults.preconditionFailed();
            }
        }
    }
}
