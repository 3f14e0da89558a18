package io.brume.storage.object.index;

import io.brume.common.time.Time;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.Restoration;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.model.UploadPart;
import io.brume.storage.object.model.VersionId;
import io.brume.store.Store;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The index over a store, which replicates it and decides what commits. */
public final class StoredIndex implements WholeIndex, AllBuckets, ClassIndex {
    private final RandomGenerator random;
    private final Stamps stamps;
    private final Buckets buckets;
    private final Objects objects;
    private final Lists lists;
    private final Uploads uploads;
    private final Garbage garbage;
    private final Classes classes;

    /**
     * @param store stays the caller's
     * @param random thread-safe; for the ids of versions
     */
    public StoredIndex(Store store, Time time, RandomGenerator random) {
        this.random = random;
        stamps = new Stamps(time, random);
        buckets = new Buckets(store);
        objects = new Objects(store, buckets);
        lists = new Lists(store);
        uploads = new Uploads(store);
        garbage = new StoredGarbage(store, stamps);
        classes = new Classes(store);
    }

    @Override
    public Bucket createBucket(
            BucketName name,
            AccountId owner,
            String region,
            boolean objectLock,
            Map<BucketSetting, String> documents) {
        return buckets.create(name, owner, stamps.next().now(), region, objectLock, documents);
    }

    @Override
    public Optional<Bucket> bucket(BucketName name) {
        return buckets.find(name);
    }

    @Override
    public List<Bucket> buckets(AccountId owner, String prefix, String after, int limit) {
        return buckets.list(owner, prefix, after, limit);
    }

    @Override
    public Bucket configure(BucketName name, BucketSetting setting, Optional<String> document) {
        return buckets.configure(name, setting, document, random.nextLong());
    }

    @Override
    public Bucket reconfigure(
            BucketName name,
            BucketSetting setting,
            Optional<String> before,
            Optional<String> document) {
        return buckets.reconfigure(name, setting, before, document, random.nextLong());
    }

    @Override
    public List<Bucket> allBuckets(String after, int limit) {
        return buckets.all(after, limit);
    }

    @Override
    public void deleteBucket(BucketName name) {
        buckets.delete(name);
    }

    @Override
    public Optional<ObjectVersion> find(
            BucketName bucket, ObjectKey key, Optional<VersionId> version) {
        return objects.find(bucket, key, version);
    }

    @Override
    public Optional<Located> locate(BucketName bucket, ObjectKey key, Optional<VersionId> version) {
        return objects.locate(bucket, key, version);
    }

    @Override
    public ObjectVersion put(BucketName bucket, NewObject object, Condition condition) {
        return objects.put(bucket, object, condition, stamps.next());
    }

    @Override
    public Deletion delete(BucketName bucket, ObjectKey key, AccountId who, Condition condition) {
        return objects.delete(bucket, key, who, condition, stamps.next());
    }

    @Override
    public Deletion deleteVersion(
            BucketName bucket,
            ObjectKey key,
            VersionId version,
            boolean bypassGovernance,
            Condition condition) {
        return objects.deleteVersion(
                bucket, key, version, bypassGovernance, condition, stamps.now());
    }

    @Override
    public ObjectVersion set(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            ObjectSetting setting,
            Optional<String> document,
            boolean bypassGovernance) {
        return objects.set(bucket, key, version, setting, document, bypassGovernance, stamps.now());
    }

    @Override
    public boolean restore(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            Restoration.Ongoing order) {
        return classes.ask(bucket, key, version, order, stamps.now());
    }

    @Override
    public List<DueRestore> dueRestores(Instant now, int limit) {
        return classes.due(now, limit);
    }

    @Override
    public boolean restored(DueRestore restore, List<Blob> copy) {
        return classes.restored(restore, copy);
    }

    @Override
    public void endRestore(DueRestore restore) {
        classes.end(restore, stamps.now());
    }

    @Override
    public boolean move(BucketName bucket, ObjectVersion from, StorageClass to, List<Blob> kept) {
        return classes.move(bucket, from, to, kept, stamps.now());
    }

    @Override
    public ObjectVersion tag(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            Map<String, String> tags) {
        return objects.tag(bucket, key, version, tags, stamps.now());
    }

    @Override
    public ListPage<ObjectVersion> list(BucketName bucket, ListRequest request) {
        return lists.objects(bucket, request);
    }

    @Override
    public ListPage<ListedVersion> listVersions(BucketName bucket, ListRequest request) {
        return lists.versions(bucket, request);
    }

    @Override
    public void beginUpload(BucketName bucket, Upload upload) {
        uploads.begin(bucket, upload);
    }

    @Override
    public Upload upload(BucketName bucket, ObjectKey key, String uploadId) {
        return uploads.find(bucket, key, uploadId);
    }

    @Override
    public void putPart(BucketName bucket, ObjectKey key, String uploadId, UploadPart part) {
        uploads.putPart(bucket, key, uploadId, part, stamps.now());
    }

    @Override
    public List<UploadPart> parts(
            BucketName bucket, ObjectKey key, String uploadId, int afterNumber, int limit) {
        return uploads.parts(bucket, key, uploadId, afterNumber, limit);
    }

    @Override
    public ObjectVersion completeUpload(
            BucketName bucket,
            String uploadId,
            NewObject object,
            List<NamedPart> parts,
            Condition condition) {
        return uploads.complete(bucket, uploadId, object, parts, condition, stamps.next());
    }

    @Override
    public void abortUpload(BucketName bucket, ObjectKey key, String uploadId) {
        uploads.abort(bucket, key, uploadId);
    }

    @Override
    public ListPage<Upload> uploads(BucketName bucket, ListRequest request) {
        return lists.uploads(bucket, request);
    }

    @Override
    public List<Item> garbage(Kind kind, Instant before, int limit) {
        return garbage.garbage(kind, before, limit);
    }

    @Override
    public void forget(Collection<Item> freed) {
        garbage.forget(freed);
    }

    @Override
    public boolean isNamed(Blob blob, BlobClaim claim) {
        return garbage.isNamed(blob, claim);
    }
}
