package io.brume.storage.object.index.wire;

import static java.util.Objects.requireNonNull;

import io.brume.proto.object.v1.BeginUpload;
import io.brume.proto.object.v1.BlobQuestion;
import io.brume.proto.object.v1.Command;
import io.brume.proto.object.v1.CompleteUpload;
import io.brume.proto.object.v1.Configure;
import io.brume.proto.object.v1.CreateBucket;
import io.brume.proto.object.v1.Delete;
import io.brume.proto.object.v1.DeleteVersion;
import io.brume.proto.object.v1.GarbageQuestion;
import io.brume.proto.object.v1.ListBuckets;
import io.brume.proto.object.v1.ListParts;
import io.brume.proto.object.v1.NamedPartMessage;
import io.brume.proto.object.v1.ObjectPage;
import io.brume.proto.object.v1.Outcome;
import io.brume.proto.object.v1.Put;
import io.brume.proto.object.v1.PutPart;
import io.brume.proto.object.v1.RestoreObject;
import io.brume.proto.object.v1.SetObject;
import io.brume.proto.object.v1.TagObject;
import io.brume.proto.object.v1.UploadPage;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.index.Condition;
import io.brume.storage.object.index.Deletion;
import io.brume.storage.object.index.IndexFault;
import io.brume.storage.object.index.ListPage;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.index.ListedVersion;
import io.brume.storage.object.index.NamedPart;
import io.brume.storage.object.index.NewObject;
import io.brume.storage.object.index.WholeIndex;
import io.brume.storage.object.index.codec.Records;
import io.brume.storage.object.index.codec.UploadCodec;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.Restoration;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.model.UploadPart;
import io.brume.storage.object.model.VersionId;
import io.brume.store.CommitOutcomeUnknownException;
import io.brume.store.NotLeaderException;
import io.brume.store.StoreUnavailableException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The index as one other member has it. Fails as a {@code StoredIndex} there does, with {@link
 * NotReachedException} where it is not there.
 */
public final class RemoteIndex implements WholeIndex {
    private final IndexCalls calls;

    public RemoteIndex(IndexCalls calls) {
        this.calls = requireNonNull(calls);
    }

    private Outcome ask(Command.Builder command) {
        Outcome outcome = calls.execute(command.build());
        return switch (outcome.getOutcomeCase()) {
            case FAULT -> throw new IndexFault(IndexFault.Reason.valueOf(outcome.getFault()));
            case NOT_LEADER -> {
                String leader = outcome.getNotLeader().getLeader();
                throw new NotLeaderException(leader.isEmpty() ? null : leader);
            }
            case UNAVAILABLE -> {
                String message = outcome.getUnavailable().getMessage();
                throw outcome.getUnavailable().getUnknown()
                        ? new CommitOutcomeUnknownException(message, null)
                        : new StoreUnavailableException(message);
            }
            case NOTHING,
                    BUCKET,
                    BUCKETS,
                    OBJECT,
                    OBJECTS,
                    UPLOAD,
                    UPLOADS,
                    PARTS,
                    DELETION,
                    GARBAGE,
                    YES ->
                    outcome;
            case OUTCOME_NOT_SET ->
                    throw new CommitOutcomeUnknownException("an answer without meaning", null);
        };
    }

    @Override
    public Bucket createBucket(
            BucketName name,
            AccountId owner,
            String region,
            boolean objectLock,
            Map<BucketSetting, String> documents) {
        return Wire.bucket(
                ask(Command.newBuilder()
                                .setCreateBucket(
                                        CreateBucket.newBuilder()
                                                .setName(name.value())
                                                .setOwner(owner.value())
                                                .setRegion(region)
                                                .setObjectLock(objectLock)
                                                .putAllDocuments(Wire.texts(documents))))
                        .getBucket());
    }

    @Override
    public Optional<Bucket> bucket(BucketName name) {
        Outcome outcome = ask(Command.newBuilder().setFindBucket(name.value()));
        return outcome.hasBucket()
                ? Optional.of(Wire.bucket(outcome.getBucket()))
                : Optional.empty();
    }

    @Override
    public List<Bucket> buckets(AccountId owner, String prefix, String after, int limit) {
        return ask(
                        Command.newBuilder()
                                .setListBuckets(
                                        ListBuckets.newBuilder()
                                                .setOwner(owner.value())
                                                .setPrefix(prefix)
                                                .setAfter(after)
                                                .setLimit(limit)))
                .getBuckets()
                .getBucketsList()
                .stream()
                .map(Wire::bucket)
                .toList();
    }

    @Override
    public Bucket configure(BucketName name, BucketSetting setting, Optional<String> document) {
        Configure.Builder configure =
                Configure.newBuilder().setBucket(name.value()).setSetting(setting.name());
        document.ifPresent(configure::setDocument);
        return Wire.bucket(ask(Command.newBuilder().setConfigure(configure)).getBucket());
    }

    @Override
    public Bucket reconfigure(
            BucketName name,
            BucketSetting setting,
            Optional<String> before,
            Optional<String> document) {
        Configure.Before.Builder was = Configure.Before.newBuilder();
        before.ifPresent(was::setDocument);
        Configure.Builder configure =
                Configure.newBuilder()
                        .setBucket(name.value())
                        .setSetting(setting.name())
                        .setBefore(was);
        document.ifPresent(configure::setDocument);
        return Wire.bucket(ask(Command.newBuilder().setConfigure(configure)).getBucket());
    }

    @Override
    public void deleteBucket(BucketName name) {
        ask(Command.newBuilder().setDeleteBucket(name.value()));
    }

    @Override
    public Optional<ObjectVersion> find(
            BucketName bucket, ObjectKey key, Optional<VersionId> version) {
        Outcome outcome = ask(Command.newBuilder().setFind(Wire.address(bucket, key, version)));
        return outcome.hasObject()
                ? Optional.of(Wire.version(outcome.getObject()))
                : Optional.empty();
    }

    @Override
    public ObjectVersion put(BucketName bucket, NewObject object, Condition condition) {
        return Wire.version(
                ask(Command.newBuilder()
                                .setPut(
                                        Put.newBuilder()
                                                .setBucket(bucket.value())
                                                .setObject(Wire.message(object))
                                                .setCondition(Wire.message(condition))))
                        .getObject());
    }

    @Override
    public Deletion delete(BucketName bucket, ObjectKey key, AccountId who, Condition condition) {
        return Wire.deletion(
                ask(Command.newBuilder()
                                .setDelete(
                                        Delete.newBuilder()
                                                .setObject(
                                                        Wire.address(bucket, key, Optional.empty()))
                                                .setWho(who.value())
                                                .setCondition(Wire.message(condition))))
                        .getDeletion());
    }

    @Override
    public Deletion deleteVersion(
            BucketName bucket,
            ObjectKey key,
            VersionId version,
            boolean bypassGovernance,
            Condition condition) {
        return Wire.deletion(
                ask(Command.newBuilder()
                                .setDeleteVersion(
                                        DeleteVersion.newBuilder()
                                                .setObject(
                                                        Wire.address(
                                                                bucket, key, Optional.of(version)))
                                                .setBypassGovernance(bypassGovernance)
                                                .setCondition(Wire.message(condition))))
                        .getDeletion());
    }

    @Override
    public ObjectVersion set(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            ObjectSetting setting,
            Optional<String> document,
            boolean bypassGovernance) {
        SetObject.Builder set =
                SetObject.newBuilder()
                        .setObject(Wire.address(bucket, key, version))
                        .setSetting(setting.name())
                        .setBypassGovernance(bypassGovernance);
        document.ifPresent(set::setDocument);
        return Wire.version(ask(Command.newBuilder().setSet(set)).getObject());
    }

    @Override
    public boolean restore(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            Restoration.Ongoing order) {
        return ask(Command.newBuilder()
                        .setRestore(
                                RestoreObject.newBuilder()
                                        .setObject(Wire.address(bucket, key, version))
                                        .setDueMillis(order.due().toEpochMilli())
                                        .setUntilMillis(order.until().toEpochMilli())))
                .getYes();
    }

    @Override
    public ObjectVersion tag(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            Map<String, String> tags) {
        return Wire.version(
                ask(Command.newBuilder()
                                .setTag(
                                        TagObject.newBuilder()
                                                .setObject(Wire.address(bucket, key, version))
                                                .putAllTags(Records.sorted(tags))))
                        .getObject());
    }

    @Override
    public ListPage<ObjectVersion> list(BucketName bucket, ListRequest request) {
        ObjectPage page =
                ask(Command.newBuilder().setListObjects(Wire.message(bucket, request)))
                        .getObjects();
        return Wire.page(page.getItemsList().stream().map(Wire::version).toList(), page.getPage());
    }

    @Override
    public ListPage<ListedVersion> listVersions(BucketName bucket, ListRequest request) {
        ObjectPage page =
                ask(Command.newBuilder().setListVersions(Wire.message(bucket, request)))
                        .getObjects();
        return Wire.page(
                page.getItemsList().stream()
                        .map(item -> new ListedVersion(Wire.version(item), item.getLatest()))
                        .toList(),
                page.getPage());
    }

    @Override
    public void beginUpload(BucketName bucket, Upload upload) {
        ask(
                Command.newBuilder()
                        .setBeginUpload(
                                BeginUpload.newBuilder()
                                        .setBucket(bucket.value())
                                        .setUpload(UploadCodec.record(upload))));
    }

    @Override
    public Upload upload(BucketName bucket, ObjectKey key, String uploadId) {
        return UploadCodec.upload(
                ask(Command.newBuilder().setFindUpload(Wire.address(bucket, key, uploadId)))
                        .getUpload());
    }

    @Override
    public void putPart(BucketName bucket, ObjectKey key, String uploadId, UploadPart part) {
        ask(
                Command.newBuilder()
                        .setPutPart(
                                PutPart.newBuilder()
                                        .setUpload(Wire.address(bucket, key, uploadId))
                                        .setPart(UploadCodec.record(part))));
    }

    @Override
    public List<UploadPart> parts(
            BucketName bucket, ObjectKey key, String uploadId, int afterNumber, int limit) {
        return ask(
                        Command.newBuilder()
                                .setListParts(
                                        ListParts.newBuilder()
                                                .setUpload(Wire.address(bucket, key, uploadId))
                                                .setAfterNumber(afterNumber)
                                                .setLimit(limit)))
                .getParts()
                .getPartsList()
                .stream()
                .map(UploadCodec::part)
                .toList();
    }

    @Override
    public ObjectVersion completeUpload(
            BucketName bucket,
            String uploadId,
            NewObject object,
            List<NamedPart> parts,
            Condition condition) {
        CompleteUpload.Builder complete =
                CompleteUpload.newBuilder()
                        .setBucket(bucket.value())
                        .setUploadId(uploadId)
                        .setObject(Wire.message(object))
                        .setCondition(Wire.message(condition));
        for (NamedPart part : parts) {
            complete.addParts(
                    NamedPartMessage.newBuilder().setNumber(part.number()).setEtag(part.etag()));
        }
        return Wire.version(ask(Command.newBuilder().setCompleteUpload(complete)).getObject());
    }

    @Override
    public void abortUpload(BucketName bucket, ObjectKey key, String uploadId) {
        ask(Command.newBuilder().setAbortUpload(Wire.address(bucket, key, uploadId)));
    }

    @Override
    public ListPage<Upload> uploads(BucketName bucket, ListRequest request) {
        UploadPage page =
                ask(Command.newBuilder().setListUploads(Wire.message(bucket, request)))
                        .getUploads();
        return Wire.page(
                page.getItemsList().stream().map(UploadCodec::upload).toList(), page.getPage());
    }

    @Override
    public List<Item> garbage(Kind kind, Instant before, int limit) {
        return Wire.garbage(
                ask(Command.newBuilder()
                                .setGarbage(
                                        GarbageQuestion.newBuilder()
                                                .setLasting(kind.isLasting())
                                                .setBeforeMillis(before.toEpochMilli())
                                                .setLimit(limit)))
                        .getGarbage());
    }

    @Override
    public void forget(Collection<Item> freed) {
        ask(Command.newBuilder().setForget(Wire.message(freed)));
    }

    @Override
    public boolean isNamed(Blob blob, BlobClaim claim) {
        BlobQuestion.Builder question =
                BlobQuestion.newBuilder()
                        .setBlob(Records.record(blob))
                        .setBucket(claim.bucket())
                        .setKey(claim.key().value());
        claim.uploadId().ifPresent(question::setUploadId);
        return ask(Command.newBuilder().setIsNamed(question)).getYes();
    }
}
