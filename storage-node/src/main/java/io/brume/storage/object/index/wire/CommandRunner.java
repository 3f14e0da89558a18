package io.brume.storage.object.index.wire;

import io.brume.proto.object.v1.BlobQuestion;
import io.brume.proto.object.v1.BucketsMessage;
import io.brume.proto.object.v1.Command;
import io.brume.proto.object.v1.CompleteUpload;
import io.brume.proto.object.v1.Configure;
import io.brume.proto.object.v1.CreateBucket;
import io.brume.proto.object.v1.Delete;
import io.brume.proto.object.v1.DeleteVersion;
import io.brume.proto.object.v1.GarbageQuestion;
import io.brume.proto.object.v1.ListBuckets;
import io.brume.proto.object.v1.ListCommand;
import io.brume.proto.object.v1.ListParts;
import io.brume.proto.object.v1.Nothing;
import io.brume.proto.object.v1.ObjectAddress;
import io.brume.proto.object.v1.ObjectPage;
import io.brume.proto.object.v1.Outcome;
import io.brume.proto.object.v1.PartsMessage;
import io.brume.proto.object.v1.Put;
import io.brume.proto.object.v1.PutPart;
import io.brume.proto.object.v1.RestoreObject;
import io.brume.proto.object.v1.SetObject;
import io.brume.proto.object.v1.TagObject;
import io.brume.proto.object.v1.UploadAddress;
import io.brume.proto.object.v1.UploadPage;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.index.Garbage;
import io.brume.storage.object.index.ListPage;
import io.brume.storage.object.index.ListedVersion;
import io.brume.storage.object.index.NamedPart;
import io.brume.storage.object.index.WholeIndex;
import io.brume.storage.object.index.codec.Records;
import io.brume.storage.object.index.codec.UploadCodec;
import io.brume.storage.object.model.AccountId;
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
import java.time.Instant;
import java.util.List;

/** Does what commands say, and says how it went when that was well. */
record CommandRunner(WholeIndex index) {
    private static final Outcome DONE =
            Outcome.newBuilder().setNothing(Nothing.getDefaultInstance()).build();

    /**
     * Runs one; fails as the index does.
     *
     * @throws IllegalArgumentException if it is none
     */
    Outcome run(Command command) {
        return switch (command.getCommandCase()) {
            case CREATE_BUCKET -> create(command.getCreateBucket());
            case FIND_BUCKET ->
                    index.bucket(new BucketName(command.getFindBucket()))
                            .map(CommandRunner::outcome)
                            .orElse(DONE);
            case LIST_BUCKETS -> list(command.getListBuckets());
            case CONFIGURE -> configure(command.getConfigure());
            case DELETE_BUCKET -> {
                index.deleteBucket(new BucketName(command.getDeleteBucket()));
                yield DONE;
            }
            case FIND -> find(command.getFind());
            case PUT -> put(command.getPut());
            case DELETE -> delete(command.getDelete());
            case DELETE_VERSION -> delete(command.getDeleteVersion());
            case SET -> set(command.getSet());
            case RESTORE -> restore(command.getRestore());
            case TAG -> tag(command.getTag());
            case LIST_OBJECTS -> listObjects(command.getListObjects());
            case LIST_VERSIONS -> listVersions(command.getListVersions());
            case LIST_UPLOADS -> listUploads(command.getListUploads());
            case BEGIN_UPLOAD -> {
                index.beginUpload(
                        new BucketName(command.getBeginUpload().getBucket()),
                        UploadCodec.upload(command.getBeginUpload().getUpload()));
                yield DONE;
            }
            case FIND_UPLOAD -> find(command.getFindUpload());
            case PUT_PART -> put(command.getPutPart());
            case LIST_PARTS -> list(command.getListParts());
            case COMPLETE_UPLOAD -> complete(command.getCompleteUpload());
            case ABORT_UPLOAD -> abort(command.getAbortUpload());
            case GARBAGE -> garbage(command.getGarbage());
            case FORGET -> {
                index.forget(Wire.garbage(command.getForget()));
                yield DONE;
            }
            case IS_NAMED -> isNamed(command.getIsNamed());
            case COMMAND_NOT_SET -> throw new IllegalArgumentException("no command");
        };
    }

    private static Outcome outcome(Bucket bucket) {
        return Outcome.newBuilder().setBucket(Wire.message(bucket)).build();
    }

    private static Outcome outcome(ObjectVersion version) {
        return Outcome.newBuilder().setObject(Wire.message(version, false)).build();
    }

    private Outcome create(CreateBucket create) {
        return outcome(
                index.createBucket(
                        new BucketName(create.getName()),
                        new AccountId(create.getOwner()),
                        create.getRegion(),
                        create.getObjectLock(),
                        Wire.documents(create.getDocumentsMap())));
    }

    private Outcome list(ListBuckets list) {
        List<Bucket> buckets =
                index.buckets(
                        new AccountId(list.getOwner()),
                        list.getPrefix(),
                        list.getAfter(),
                        list.getLimit());
        return Outcome.newBuilder()
                .setBuckets(
                        BucketsMessage.newBuilder()
                                .addAllBuckets(buckets.stream().map(Wire::message).toList()))
                .build();
    }

    private Outcome configure(Configure configure) {
        var name = new BucketName(configure.getBucket());
        var setting = BucketSetting.valueOf(configure.getSetting());
        var document = Wire.optional(configure.hasDocument(), configure.getDocument());
        if (!configure.hasBefore()) {
            return outcome(index.configure(name, setting, document));
        }
        var before = configure.getBefore();
        return outcome(
                index.reconfigure(
                        name,
                        setting,
                        Wire.optional(before.hasDocument(), before.getDocument()),
                        document));
    }

    private Outcome find(ObjectAddress address) {
        return index.find(Wire.bucket(address), Wire.key(address), Wire.version(address))
                .map(CommandRunner::outcome)
                .orElse(DONE);
    }

    private Outcome put(Put put) {
        return outcome(
                index.put(
                        new BucketName(put.getBucket()),
                        Wire.object(put.getObject()),
                        Wire.condition(put.getCondition())));
    }

    private Outcome delete(Delete delete) {
        return Outcome.newBuilder()
                .setDeletion(
                        Wire.message(
                                index.delete(
                                        Wire.bucket(delete.getObject()),
                                        Wire.key(delete.getObject()),
                                        new AccountId(delete.getWho()),
                                        Wire.condition(delete.getCondition()))))
                .build();
    }

    private Outcome delete(DeleteVersion delete) {
        return Outcome.newBuilder()
                .setDeletion(
                        Wire.message(
                                index.deleteVersion(
                                        Wire.bucket(delete.getObject()),
                                        Wire.key(delete.getObject()),
                                        new VersionId(delete.getObject().getVersionId()),
                                        delete.getBypassGovernance(),
                                        Wire.condition(delete.getCondition()))))
                .build();
    }

    private Outcome set(SetObject set) {
        return outcome(
                index.set(
                        Wire.bucket(set.getObject()),
                        Wire.key(set.getObject()),
                        Wire.version(set.getObject()),
                        ObjectSetting.valueOf(set.getSetting()),
                        Wire.optional(set.hasDocument(), set.getDocument()),
                        set.getBypassGovernance()));
    }

    private Outcome restore(RestoreObject restore) {
        boolean stays =
                index.restore(
                        Wire.bucket(restore.getObject()),
                        Wire.key(restore.getObject()),
                        Wire.version(restore.getObject()),
                        new Restoration.Ongoing(
                                Instant.ofEpochMilli(restore.getDueMillis()),
                                Instant.ofEpochMilli(restore.getUntilMillis())));
        return Outcome.newBuilder().setYes(stays).build();
    }

    private Outcome tag(TagObject tag) {
        return outcome(
                index.tag(
                        Wire.bucket(tag.getObject()),
                        Wire.key(tag.getObject()),
                        Wire.version(tag.getObject()),
                        tag.getTagsMap()));
    }

    private Outcome listObjects(ListCommand list) {
        ListPage<ObjectVersion> page =
                index.list(new BucketName(list.getBucket()), Wire.request(list));
        ObjectPage.Builder objects = ObjectPage.newBuilder().setPage(Wire.message(page));
        page.items().forEach(item -> objects.addItems(Wire.message(item, false)));
        return Outcome.newBuilder().setObjects(objects).build();
    }

    private Outcome listVersions(ListCommand list) {
        ListPage<ListedVersion> page =
                index.listVersions(new BucketName(list.getBucket()), Wire.request(list));
        ObjectPage.Builder objects = ObjectPage.newBuilder().setPage(Wire.message(page));
        page.items().forEach(item -> objects.addItems(Wire.message(item.version(), item.latest())));
        return Outcome.newBuilder().setObjects(objects).build();
    }

    private Outcome listUploads(ListCommand list) {
        ListPage<Upload> page = index.uploads(new BucketName(list.getBucket()), Wire.request(list));
        UploadPage.Builder uploads = UploadPage.newBuilder().setPage(Wire.message(page));
        page.items().forEach(item -> uploads.addItems(UploadCodec.record(item)));
        return Outcome.newBuilder().setUploads(uploads).build();
    }

    private Outcome find(UploadAddress address) {
        return Outcome.newBuilder()
                .setUpload(
                        UploadCodec.record(
                                index.upload(
                                        Wire.bucket(address),
                                        Wire.key(address),
                                        address.getUploadId())))
                .build();
    }

    private Outcome put(PutPart put) {
        index.putPart(
                Wire.bucket(put.getUpload()),
                Wire.key(put.getUpload()),
                put.getUpload().getUploadId(),
                UploadCodec.part(put.getPart()));
        return DONE;
    }

    private Outcome list(ListParts list) {
        List<UploadPart> parts =
                index.parts(
                        Wire.bucket(list.getUpload()),
                        Wire.key(list.getUpload()),
                        list.getUpload().getUploadId(),
                        list.getAfterNumber(),
                        list.getLimit());
        return Outcome.newBuilder()
                .setParts(
                        PartsMessage.newBuilder()
                                .addAllParts(parts.stream().map(UploadCodec::record).toList()))
                .build();
    }

    private Outcome complete(CompleteUpload complete) {
        return outcome(
                index.completeUpload(
                        new BucketName(complete.getBucket()),
                        complete.getUploadId(),
                        Wire.object(complete.getObject()),
                        complete.getPartsList().stream()
                                .map(part -> new NamedPart(part.getNumber(), part.getEtag()))
                                .toList(),
                        Wire.condition(complete.getCondition())));
    }

    private Outcome abort(UploadAddress address) {
        index.abortUpload(Wire.bucket(address), Wire.key(address), address.getUploadId());
        return DONE;
    }

    private Outcome garbage(GarbageQuestion question) {
        return Outcome.newBuilder()
                .setGarbage(
                        Wire.message(
                                index.garbage(
                                        Garbage.Kind.of(question.getLasting()),
                                        Instant.ofEpochMilli(question.getBeforeMillis()),
                                        question.getLimit())))
                .build();
    }

    private Outcome isNamed(BlobQuestion question) {
        BlobClaim claim =
                new BlobClaim(
                        question.getBucket(),
                        new ObjectKey(question.getKey()),
                        Wire.optional(question.hasUploadId(), question.getUploadId()));
        return Outcome.newBuilder()
                .setYes(index.isNamed(Records.blob(question.getBlob()), claim))
                .build();
    }
}
