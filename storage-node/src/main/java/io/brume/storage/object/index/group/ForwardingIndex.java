package io.brume.storage.object.index.group;

import io.brume.common.time.Time;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.index.Condition;
import io.brume.storage.object.index.Deletion;
import io.brume.storage.object.index.ListPage;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.index.ListedVersion;
import io.brume.storage.object.index.Located;
import io.brume.storage.object.index.NamedPart;
import io.brume.storage.object.index.NewObject;
import io.brume.storage.object.index.WholeIndex;
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
import io.brume.storage.peers.PeerChannels;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The index as any storage node has it: reads where this node's own rows are, if it has any, and
 * changes where the leader is.
 */
public final class ForwardingIndex implements WholeIndex {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Route route;

    /**
     * @param keeper stays the caller's; says who keeps the index
     * @param channels stay the caller's
     */
    public ForwardingIndex(IndexKeeper keeper, PeerChannels channels, Time time) {
        this(keeper, channels, time, PATIENCE);
    }

    ForwardingIndex(IndexKeeper keeper, PeerChannels channels, Time time, Duration patience) {
        route = new Route(keeper, channels, time, patience);
    }

    private void change(Consumer<WholeIndex> call) {
        route.change(index -> {
            call.accept(index);
            return true;
        });
    }

    @Override
    public Bucket createBucket(
            BucketName name,
            AccountId owner,
            String region,
            boolean objectLock,
            Map<BucketSetting, String> documents) {
        return route.change(
                index -> index.createBucket(name, owner, region, objectLock, documents));
    }

    @Override
    public Optional<Bucket> bucket(BucketName name) {
        return route.read(index -> index.bucket(name));
    }

    @Override
    public List<Bucket> buckets(AccountId owner, String prefix, String after, int limit) {
        return route.read(index -> index.buckets(owner, prefix, after, limit));
    }

    @Override
    public Bucket configure(BucketName name, BucketSetting setting, Optional<String> document) {
        return route.change(index -> index.configure(name, setting, document));
    }

    @Override
    public Bucket reconfigure(
            BucketName name,
            BucketSetting setting,
            Optional<String> before,
            Optional<String> document) {
        return route.change(index -> index.reconfigure(name, setting, before, document));
    }

    @Override
    public void deleteBucket(BucketName name) {
        change(index -> index.deleteBucket(name));
    }

    @Override
    public Optional<ObjectVersion> find(
            BucketName bucket, ObjectKey key, Optional<VersionId> version) {
        return route.read(index -> index.find(bucket, key, version));
    }

    @Override
    public Optional<Located> locate(BucketName bucket, ObjectKey key, Optional<VersionId> version) {
        return route.read(index -> index.locate(bucket, key, version));
    }

    @Override
    public ObjectVersion put(BucketName bucket, NewObject object, Condition condition) {
        return route.change(index -> index.put(bucket, object, condition));
    }

    @Override
    public Deletion delete(BucketName bucket, ObjectKey key, AccountId who, Condition condition) {
        return route.change(index -> index.delete(bucket, key, who, condition));
    }

    @Override
    public Deletion deleteVersion(
            BucketName bucket,
            ObjectKey key,
            VersionId version,
            boolean bypassGovernance,
            Condition condition) {
        return route.change(
                index -> index.deleteVersion(bucket, key, version, bypassGovernance, condition));
    }

    @Override
    public ObjectVersion set(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            ObjectSetting setting,
            Optional<String> document,
            boolean bypassGovernance) {
        return route.change(
                index -> index.set(bucket, key, version, setting, document, bypassGovernance));
    }

    @Override
    public boolean restore(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            Restoration.Ongoing order) {
        return route.change(index -> index.restore(bucket, key, version, order));
    }

    @Override
    public ObjectVersion tag(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            Map<String, String> tags) {
        return route.change(index -> index.tag(bucket, key, version, tags));
    }

    @Override
    public ListPage<ObjectVersion> list(BucketName bucket, ListRequest request) {
        return route.read(index -> index.list(bucket, request));
    }

    @Override
    public ListPage<ListedVersion> listVersions(BucketName bucket, ListRequest request) {
        return route.read(index -> index.listVersions(bucket, request));
    }

    @Override
    public void beginUpload(BucketName bucket, Upload upload) {
        change(index -> index.beginUpload(bucket, upload));
    }

    @Override
    public Upload upload(BucketName bucket, ObjectKey key, String uploadId) {
        return route.read(index -> index.upload(bucket, key, uploadId));
    }

    @Override
    public void putPart(BucketName bucket, ObjectKey key, String uploadId, UploadPart part) {
        change(index -> index.putPart(bucket, key, uploadId, part));
    }

    @Override
    public List<UploadPart> parts(
            BucketName bucket, ObjectKey key, String uploadId, int afterNumber, int limit) {
        return route.read(index -> index.parts(bucket, key, uploadId, afterNumber, limit));
    }

    @Override
    public ObjectVersion completeUpload(
            BucketName bucket,
            String uploadId,
            NewObject object,
            List<NamedPart> parts,
            Condition condition) {
        return route.change(
                index -> index.completeUpload(bucket, uploadId, object, parts, condition));
    }

    @Override
    public void abortUpload(BucketName bucket, ObjectKey key, String uploadId) {
        change(index -> index.abortUpload(bucket, key, uploadId));
    }

    @Override
    public ListPage<Upload> uploads(BucketName bucket, ListRequest request) {
        return route.read(index -> index.uploads(bucket, request));
    }

    @Override
    public List<Item> garbage(Kind kind, Instant before, int limit) {
        return route.change(index -> index.garbage(kind, before, limit));
    }

    @Override
    public void forget(Collection<Item> freed) {
        change(index -> index.forget(freed));
    }

    @Override
    public boolean isNamed(Blob blob, BlobClaim claim) {
        return route.read(index -> index.isNamed(blob, claim));
    }
}
