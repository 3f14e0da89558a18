package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.Restoration;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.RestoreObjectRequest;
import software.amazon.awssdk.services.s3.model.RestoreObjectResponse;
import software.amazon.awssdk.services.s3.model.RestoreRequest;
import software.amazon.awssdk.services.s3.model.Tier;

/** Asks for copies of archived objects that can be read. */
public final class RestoreOperations extends S3Noun {
    private static final int ACCEPTED = 202;

    private final S3Parts parts;
    private final Access access;
    private final RestoreTimes times;

    public RestoreOperations(S3Parts parts, RestoreTimes times) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
        this.times = requireNonNull(times);
    }

    /** 202 when the copy will be made, 200 when it is there and stays longer. */
    @Override
    public RestoreObjectResponse restoreObject(RestoreObjectRequest request) {
        var bucket = access.bucket(request.bucket());
        var key = Access.key(request.key());
        var id = Access.version(request.versionId());
        var found = parts.index().find(bucket.name(), key, id);
        access.demand("s3:RestoreObject", bucket, key, AccessContext.of(found));
        var wanted = request.restoreRequest();
        if (wanted == null) {
            throw S3Faults.malformedXml();
        }
        demandBuilt(wanted);
        if (found.isEmpty()) {
            throw access.absent(
                    bucket, id.isPresent() ? S3Faults.noSuchVersion() : S3Faults.noSuchKey());
        }
        var due =
                parts.time()
                        .now()
                        .plus(times.delay(tier(wanted, found.get())))
                        .truncatedTo(ChronoUnit.MILLIS);
        var order = new Restoration.Ongoing(due, times.days().end(due, wanted.days()));
        boolean stays = parts.index().restore(bucket.name(), key, id, order);
        var answer = RestoreObjectResponse.builder();
        if (!stays) {
            answer.sdkHttpResponse(SdkHttpResponse.builder().statusCode(ACCEPTED).build());
        }
        return answer.build();
    }

    private static void demandBuilt(RestoreRequest wanted) {
        if (wanted.typeAsString() != null
                || wanted.selectParameters() != null
                || wanted.outputLocation() != null) {
            throw S3Faults.notImplemented("A restoration that selects");
        }
        if (wanted.days() == null) {
            throw S3Faults.malformedXml();
        }
        if (wanted.days() < 1) {
            throw S3Faults.invalidArgument(
                    "'Days' must be a positive integer for a restoration of an object");
        }
    }

    private static Tier tier(RestoreRequest wanted, ObjectVersion version) {
        var job = wanted.glacierJobParameters();
        var tier =
                Optional.ofNullable(job == null ? wanted.tier() : job.tier()).orElse(Tier.STANDARD);
        boolean deep =
                version.content()
                        .filter(content -> content.storageClass() == StorageClass.DEEP_ARCHIVE)
                        .isPresent();
        if (tier == Tier.UNKNOWN_TO_SDK_VERSION) {
            throw S3Faults.malformedXml();
        }
        if (tier == Tier.EXPEDITED && deep) {
            throw S3Faults.invalidArgument(
                    "Retrieval option is not supported by this storage class");
        }
        return tier;
    }
}
