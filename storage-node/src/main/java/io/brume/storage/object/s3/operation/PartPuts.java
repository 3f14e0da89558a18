package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.sigv4.Payload;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.model.UploadPart;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.Query;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.http.Answer;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Optional;

/** UploadPart. Thread-safe. */
public final class PartPuts {
    private final S3Parts parts;
    private final Access access;
    private final Intake intake;

    public PartPuts(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
        this.intake = new Intake(parts.data());
    }

    public Answer put(
            String bucketName, String keyText, Query query, Payload payload, InputStream raw) {
        var head = Caller.current().head();
        var bucket = access.bucket(bucketName);
        var key = Access.key(keyText);
        int number = number(query.text("partNumber"));
        var uploadId = query.text("uploadId");
        ObjectHeaders.demandBuilt(head);
        access.demand("s3:PutObject", bucket, key, AccessContext.NONE);
        if (payload.length() < 0) {
            throw Fault.invalid(
                            "MissingContentLength",
                            "You must provide the Content-Length HTTP header.")
                    .withStatus(411);
        }
        var upload = parts.index().upload(bucket.name(), key, uploadId);
        var plan = parts.encryptions().planned(head, bucket, key, upload.settings());
        var choice = ChecksumChoice.ofPart(head, payload, upload.checksum());
        var stored =
                intake.body(
                        new BlobClaim(bucket.number(), key, Optional.of(uploadId)),
                        payload.length(),
                        payload.openIgnoringChecksumHeaders(raw),
                        choice,
                        plan,
                        upload.storageClass());
        var part = part(number, stored);
        intake.commit(
                stored,
                () -> {
                    parts.index().putPart(bucket.name(), key, uploadId, part);
                    return part;
                });
        var headers = new LinkedHashMap<String, String>();
        headers.put("ETag", ETags.quoted(stored.etag()));
        headers.put(stored.checksum().algorithm().header(), stored.checksum().base64());
        headers.putAll(plan.headers());
        return Answer.empty(200, headers);
    }

    private UploadPart part(int number, Stored stored) {
        return new UploadPart(
                number,
                stored.size(),
                stored.etag(),
                Optional.of(stored.checksum()),
                parts.time().now(),
                stored.blobs());
    }

    static int number(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= UploadPart.MAX_NUMBER) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw outOfBounds();
        }
        throw outOfBounds();
    }

    private static Fault outOfBounds() {
        return S3Faults.invalidArgument(
                "Part number must be an integer between 1 and 10000, inclusive");
    }
}
