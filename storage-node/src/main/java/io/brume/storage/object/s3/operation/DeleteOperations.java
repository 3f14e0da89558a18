package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.index.Condition;
import io.brume.storage.object.index.Deletion;
import io.brume.storage.object.index.IndexFault;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.VersionId;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/** Deletions of objects, one or up to a thousand at once. */
public final class DeleteOperations extends S3Noun {
    private static final int MOST = 1000;
    // Enough for deletions to share the fsync of a commit, few enough not to crowd others out.
    private static final int AT_ONCE = 32;

    private final S3Parts parts;
    private final Access access;

    public DeleteOperations(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
    }

    @Override
    public DeleteObjectResponse deleteObject(DeleteObjectRequest request) {
        var bucket = access.bucket(request.bucket());
        var condition =
                new Condition(
                        Optional.ofNullable(request.ifMatch()).map(ETags::unquoted),
                        Optional.empty(),
                        Optional.ofNullable(request.ifMatchLastModifiedTime()),
                        Optional.ofNullable(request.ifMatchSize()));
        var deletion =
                delete(
                        bucket,
                        Access.key(request.key()),
                        Access.version(request.versionId()),
                        Boolean.TRUE.equals(request.bypassGovernanceRetention()),
                        condition);
        return DeleteObjectResponse.builder()
                .versionId(deletion.versionId().map(VersionId::value).orElse(null))
                .deleteMarker(deletion.deleteMarker() ? true : null)
                .build();
    }

    private Deletion delete(
            Bucket bucket,
            ObjectKey key,
            Optional<VersionId> version,
            boolean bypass,
            Condition condition) {
        var context =
                new AccessContext(Map.of(), () -> parts.index().find(bucket.name(), key, version));
        if (bypass) {
            access.demand("s3:BypassGovernanceRetention", bucket, key, context);
        }
        if (version.isEmpty()) {
            access.demand("s3:DeleteObject", bucket, key, context);
            var owner = parts.objectRules().owner(Caller.current(), bucket);
            return parts.index().delete(bucket.name(), key, owner, condition);
        }
        access.demand("s3:DeleteObjectVersion", bucket, key, context);
        return parts.index().deleteVersion(bucket.name(), key, version.get(), bypass, condition);
    }

    @Override
    public DeleteObjectsResponse deleteObjects(DeleteObjectsRequest request) {
        var bucket = access.bucket(request.bucket());
        var delete = request.delete();
        if (delete == null || delete.objects().isEmpty() || delete.objects().size() > MOST) {
            throw S3Faults.malformedXml();
        }
        boolean bypass = Boolean.TRUE.equals(request.bypassGovernanceRetention());
        boolean quiet = Boolean.TRUE.equals(delete.quiet());
        var deleted = new ArrayList<DeletedObject>();
        var errors = new ArrayList<S3Error>();
        for (var outcome : all(bucket, delete.objects(), bypass)) {
            if (outcome.error() != null) {
                errors.add(outcome.error());
            } else if (!quiet) {
                deleted.add(requireNonNull(outcome.deleted()));
            }
        }
        return DeleteObjectsResponse.builder().deleted(deleted).errors(errors).build();
    }

    /** What became of one of many. */
    private record Outcome(@Nullable DeletedObject deleted, @Nullable S3Error error) {}

    private List<Outcome> all(Bucket bucket, List<ObjectIdentifier> objects, boolean bypass) {
        var caller = Caller.current();
        var turns = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var outcomes = new ArrayList<CompletableFuture<Outcome>>();
            for (var object : objects) {
                turns.acquireUninterruptibly();
                outcomes.add(
                        CompletableFuture.supplyAsync(
                                () -> {
                                    try {
                                        return caller.call(() -> one(bucket, object, bypass));
                                    } finally {
                                        turns.release();
                                    }
                                },
                                threads));
            }
            return outcomes.stream().map(CompletableFuture::join).toList();
        }
    }

    private Outcome one(Bucket bucket, ObjectIdentifier object, boolean bypass) {
        try {
            var version = Access.version(object.versionId());
            var condition =
                    new Condition(
                            Optional.ofNullable(object.eTag()).map(ETags::unquoted),
                            Optional.empty(),
                            Optional.ofNullable(object.lastModifiedTime()),
                            Optional.ofNullable(object.size()));
            var deletion = delete(bucket, Access.key(object.key()), version, bypass, condition);
            return new Outcome(deleted(object, version, deletion), null);
        } catch (Fault fault) {
            return failed(object, fault);
        } catch (IndexFault fault) {
            return failed(object, S3Faults.of(fault));
        }
    }

    private static Outcome failed(ObjectIdentifier object, Fault fault) {
        return new Outcome(
                null,
                S3Error.builder()
                        .key(object.key())
                        .versionId(object.versionId())
                        .code(fault.code())
                        .message(fault.getMessage())
                        .build());
    }

    private static DeletedObject deleted(
            ObjectIdentifier object, Optional<VersionId> version, Deletion deletion) {
        var done = DeletedObject.builder().key(object.key());
        version.ifPresent(id -> done.versionId(id.value()));
        if (deletion.deleteMarker()) {
            done.deleteMarker(true)
                    .deleteMarkerVersionId(deletion.versionId().map(VersionId::value).orElse(null));
        }
        return done.build();
    }
}
