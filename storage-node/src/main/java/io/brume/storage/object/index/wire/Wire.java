package io.brume.storage.object.index.wire;

import io.brume.proto.object.v1.BucketMessage;
import io.brume.proto.object.v1.ConditionMessage;
import io.brume.proto.object.v1.DeletionMessage;
import io.brume.proto.object.v1.GarbageList;
import io.brume.proto.object.v1.GarbageMessage;
import io.brume.proto.object.v1.ListCommand;
import io.brume.proto.object.v1.ObjectAddress;
import io.brume.proto.object.v1.ObjectMessage;
import io.brume.proto.object.v1.PageMessage;
import io.brume.proto.object.v1.UploadAddress;
import io.brume.storage.object.index.Condition;
import io.brume.storage.object.index.Deletion;
import io.brume.storage.object.index.Garbage.Item;
import io.brume.storage.object.index.Garbage.Kind;
import io.brume.storage.object.index.ListPage;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.index.NewObject;
import io.brume.storage.object.index.codec.BucketCodec;
import io.brume.storage.object.index.codec.Records;
import io.brume.storage.object.index.codec.StoredVersion;
import io.brume.storage.object.index.codec.VersionCodec;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.VersionId;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What commands and outcomes are made of. */
final class Wire {
    private Wire() {}

    static SortedMap<String, String> texts(Map<BucketSetting, String> documents) {
        SortedMap<String, String> texts = new TreeMap<>();
        documents.forEach((setting, document) -> texts.put(setting.name(), document));
        return texts;
    }

    static Map<BucketSetting, String> documents(Map<String, String> texts) {
        Map<BucketSetting, String> documents = new EnumMap<>(BucketSetting.class);
        texts.forEach((name, document) -> documents.put(BucketSetting.valueOf(name), document));
        return documents;
    }

    static BucketMessage message(Bucket bucket) {
        return BucketMessage.newBuilder()
                .setBucket(BucketCodec.record(bucket))
                .putAllDocuments(texts(bucket.documents()))
                .build();
    }

    static Bucket bucket(BucketMessage message) {
        Bucket bare = BucketCodec.bucket(message.getBucket());
        return new Bucket(
                bare.name(),
                bare.number(),
                bare.owner(),
                bare.created(),
                bare.region(),
                bare.versioning(),
                bare.objectLock(),
                documents(message.getDocumentsMap()));
    }

    static GarbageList message(Collection<Item> items) {
        GarbageList.Builder all = GarbageList.newBuilder();
        for (Item item : items) {
            all.addItems(
                    GarbageMessage.newBuilder()
                            .setBlob(Records.record(item.blob()))
                            .setLasting(item.kind().isLasting())
                            .setSinceMillis(item.since().toEpochMilli()));
        }
        return all.build();
    }

    static List<Item> garbage(GarbageList all) {
        return all.getItemsList().stream()
                .map(item ->
                        new Item(
                                Kind.of(item.getLasting()),
                                Instant.ofEpochMilli(item.getSinceMillis()),
                                Records.blob(item.getBlob())))
                .toList();
    }

    static ObjectMessage message(ObjectVersion version, boolean latest) {
        return ObjectMessage.newBuilder()
                .setKey(version.key().value())
                .setVersion(VersionCodec.record(StoredVersion.of(version)))
                .setLatest(latest)
                .build();
    }

    static ObjectVersion version(ObjectMessage message) {
        return VersionCodec.version(message.getVersion()).at(new ObjectKey(message.getKey()));
    }

    /** An object that has no version yet. */
    static ObjectMessage message(NewObject object) {
        return ObjectMessage.newBuilder()
                .setKey(object.key().value())
                .setVersion(
                        VersionCodec.record(
                                new StoredVersion(
                                        VersionId.NULL,
                                        0,
                                        Instant.EPOCH,
                                        object.owner(),
                                        Optional.of(object.content()),
                                        Optional.empty(),
                                        object.headers(),
                                        object.tags(),
                                        object.settings())))
                .build();
    }

    static NewObject object(ObjectMessage message) {
        StoredVersion version = VersionCodec.version(message.getVersion());
        return new NewObject(
                new ObjectKey(message.getKey()),
                version.owner(),
                version.content().orElseThrow(Wire::noContent),
                version.headers(),
                version.tags(),
                version.settings());
    }

    private static IllegalArgumentException noContent() {
        return new IllegalArgumentException("an object without content");
    }

    static ConditionMessage message(Condition condition) {
        ConditionMessage.Builder message = ConditionMessage.newBuilder();
        condition.ifMatch().ifPresent(message::setIfMatch);
        condition.ifNoneMatch().ifPresent(message::setIfNoneMatch);
        condition.ifModified().ifPresent(time -> message.setIfModifiedMillis(time.toEpochMilli()));
        condition.ifSize().ifPresent(message::setIfSize);
        return message.build();
    }

    static Condition condition(ConditionMessage message) {
        return new Condition(
                optional(message.hasIfMatch(), message.getIfMatch()),
                optional(message.hasIfNoneMatch(), message.getIfNoneMatch()),
                optional(message.hasIfModifiedMillis(), message.getIfModifiedMillis())
                        .map(Instant::ofEpochMilli),
                optional(message.hasIfSize(), message.getIfSize()));
    }

    static <T> Optional<T> optional(boolean has, T value) {
        return has ? Optional.of(value) : Optional.empty();
    }

    static ObjectAddress address(BucketName bucket, ObjectKey key, Optional<VersionId> version) {
        ObjectAddress.Builder address =
                ObjectAddress.newBuilder().setBucket(bucket.value()).setKey(key.value());
        version.ifPresent(id -> address.setVersionId(id.value()));
        return address.build();
    }

    static BucketName bucket(ObjectAddress address) {
        return new BucketName(address.getBucket());
    }

    static ObjectKey key(ObjectAddress address) {
        return new ObjectKey(address.getKey());
    }

    static Optional<VersionId> version(ObjectAddress address) {
        return optional(address.hasVersionId(), address.getVersionId()).map(VersionId::new);
    }

    static UploadAddress address(BucketName bucket, ObjectKey key, String uploadId) {
        return UploadAddress.newBuilder()
                .setBucket(bucket.value())
                .setKey(key.value())
                .setUploadId(uploadId)
                .build();
    }

    static BucketName bucket(UploadAddress address) {
        return new BucketName(address.getBucket());
    }

    static ObjectKey key(UploadAddress address) {
        return new ObjectKey(address.getKey());
    }

    static ListCommand message(BucketName bucket, ListRequest request) {
        return ListCommand.newBuilder()
                .setBucket(bucket.value())
                .setPrefix(request.prefix())
                .setDelimiter(request.delimiter())
                .setAfter(request.after())
                .setAfterId(request.afterId())
                .setLimit(request.limit())
                .build();
    }

    static ListRequest request(ListCommand message) {
        return new ListRequest(
                message.getPrefix(),
                message.getDelimiter(),
                message.getAfter(),
                message.getAfterId(),
                message.getLimit());
    }

    static PageMessage message(ListPage<?> page) {
        return PageMessage.newBuilder()
                .addAllCommonPrefixes(page.commonPrefixes())
                .setMore(page.more())
                .setNext(page.next())
                .setNextId(page.nextId())
                .build();
    }

    static <T> ListPage<T> page(List<T> items, PageMessage page) {
        return new ListPage<>(
                items,
                page.getCommonPrefixesList(),
                page.getMore(),
                page.getNext(),
                page.getNextId());
    }

    static DeletionMessage message(Deletion deletion) {
        DeletionMessage.Builder message =
                DeletionMessage.newBuilder().setDeleteMarker(deletion.deleteMarker());
        deletion.versionId().ifPresent(id -> message.setVersionId(id.value()));
        return message.build();
    }

    static Deletion deletion(DeletionMessage message) {
        return new Deletion(
                optional(message.hasVersionId(), message.getVersionId()).map(VersionId::new),
                message.getDeleteMarker());
    }
}
