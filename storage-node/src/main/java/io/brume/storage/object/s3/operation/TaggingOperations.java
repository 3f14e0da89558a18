package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.VersionId;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.DeleteObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingResponse;

/** Tags of objects. */
public final class TaggingOperations extends S3Noun {
    private final S3Parts parts;
    private final Access access;

    public TaggingOperations(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
    }

    @Override
    public GetObjectTaggingResponse getObjectTagging(GetObjectTaggingRequest request) {
        var bucket = access.bucket(request.bucket());
        var key = Access.key(request.key());
        var id = Access.version(request.versionId());
        var found = parts.index().find(bucket.name(), key, id);
        access.demand(action("Get", id), bucket, key, AccessContext.of(found));
        var version = demandThere(bucket, found, id);
        return GetObjectTaggingResponse.builder()
                .tagSet(Tags.toModel(version.tags()))
                .versionId(Replies.version(bucket, version).orElse(null))
                .build();
    }

    private ObjectVersion demandThere(
            Bucket bucket, Optional<ObjectVersion> found, Optional<VersionId> id) {
        if (found.isEmpty() || (id.isEmpty() && found.get().isDeleteMarker())) {
            throw access.absent(
                    bucket, id.isPresent() ? S3Faults.noSuchVersion() : S3Faults.noSuchKey());
        }
        if (found.get().isDeleteMarker()) {
            throw S3Faults.methodNotAllowed();
        }
        return found.get();
    }

    @Override
    public PutObjectTaggingResponse putObjectTagging(PutObjectTaggingRequest request) {
        if (request.tagging() == null) {
            throw S3Faults.malformedXml();
        }
        var bucket = access.bucket(request.bucket());
        var tags = Tags.of(request.tagging().tagSet());
        var version = tag(bucket, Access.key(request.key()), request.versionId(), tags, "Put");
        return PutObjectTaggingResponse.builder()
                .versionId(Replies.version(bucket, version).orElse(null))
                .build();
    }

    @Override
    public DeleteObjectTaggingResponse deleteObjectTagging(DeleteObjectTaggingRequest request) {
        var bucket = access.bucket(request.bucket());
        var version =
                tag(bucket, Access.key(request.key()), request.versionId(), Map.of(), "Delete");
        return DeleteObjectTaggingResponse.builder()
                .versionId(Replies.version(bucket, version).orElse(null))
                .build();
    }

    private ObjectVersion tag(
            Bucket bucket,
            ObjectKey key,
            @Nullable String versionId,
            Map<String, String> tags,
            String verb) {
        var id = Access.version(versionId);
        access.demand(
                action(verb, id),
                bucket,
                key,
                new AccessContext(tags, () -> parts.index().find(bucket.name(), key, id)));
        return parts.index().tag(bucket.name(), key, id, tags);
    }

    private static String action(String verb, Optional<VersionId> version) {
        return "s3:" + verb + (version.isPresent() ? "ObjectVersionTagging" : "ObjectTagging");
    }
}
