package io.brume.storage.object.index;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The index of all objects. Thread-safe; blocks. Every call takes effect at one instant between its
 * begin and its return.
 *
 * <p>Throws {@link IndexFault} for what S3 has an error for, and {@code StoreUnavailableException}
 * where too few nodes answer: then a change may have happened or not.
 */
public interface ObjectIndex {
    /**
     * Makes a bucket.
     *
     * @throws IndexFault ALREADY_EXISTS, ALREADY_OWNED_BY_YOU, TOO_MANY_BUCKETS
     */
    Bucket createBucket(
            BucketName name,
            AccountId owner,
            String region,
            boolean objectLock,
            Map<BucketSetting, String> documents);

    Optional<Bucket> bucket(BucketName name);

    /** An account's buckets by name, at most {@code limit} after one; without their documents. */
    List<Bucket> buckets(AccountId owner, String prefix, String after, int limit);

    /**
     * Configures a bucket; an absent document takes the configuration away.
     *
     * @throws IndexFault NO_SUCH_BUCKET; INVALID_BUCKET_STATE when versioning cannot become so
     */
    Bucket configure(BucketName name, BucketSetting setting, Optional<String> document);

    /**
     * Configures a bucket if it still is configured as it was, for documents that several changes
     * may be made to at once.
     *
     * @throws IndexFault NO_SUCH_BUCKET; PRECONDITION_FAILED when it has another document by now
     */
    Bucket reconfigure(
            BucketName name,
            BucketSetting setting,
            Optional<String> before,
            Optional<String> document);

    /**
     * Deletes an empty bucket; its uploads go with it.
     *
     * @throws IndexFault NO_SUCH_BUCKET, NOT_EMPTY
     */
    void deleteBucket(BucketName name);

    /**
     * The newest version of a key, or one of them; a delete marker too. Empty when there is none.
     *
     * @throws IndexFault NO_SUCH_BUCKET
     */
    Optional<ObjectVersion> find(BucketName bucket, ObjectKey key, Optional<VersionId> version);

    /**
     * The bucket and the version in one look, which is what reading an object needs; empty when
     * there is no such bucket.
     */
    default Optional<Located> locate(
            BucketName bucket, ObjectKey key, Optional<VersionId> version) {
        return bucket(bucket).map(found -> new Located(found, find(bucket, key, version)));
    }

    /**
     * Puts an object: what a put replaces is freed, what versioning keeps is kept. Put again with
     * the same blobs while it is still the current object, it answers as at first. After it has
     * been replaced its blobs may be free: then only new ones may be put.
     *
     * @param object its blobs are no other object's
     * @throws IndexFault NO_SUCH_BUCKET; PRECONDITION_FAILED; NO_SUCH_KEY when {@code If-Match}
     *     meets no object
     */
    ObjectVersion put(BucketName bucket, NewObject object, Condition condition);

    /**
     * DELETE without a version: takes the object away, or puts a delete marker before its versions.
     *
     * @throws IndexFault NO_SUCH_BUCKET; PRECONDITION_FAILED
     */
    Deletion delete(BucketName bucket, ObjectKey key, AccountId who, Condition condition);

    /**
     * DELETE of one version; that of one that is not there succeeds, and the answer's version id is
     * then the one that was asked for.
     *
     * @param bypassGovernance whether a retention in governance mode does not hold it
     * @throws IndexFault NO_SUCH_BUCKET; PRECONDITION_FAILED; LOCKED
     */
    Deletion deleteVersion(
            BucketName bucket,
            ObjectKey key,
            VersionId version,
            boolean bypassGovernance,
            Condition condition);

    /**
     * Sets or takes away what is set for one version; {@code TAGS} see {@link #tag}.
     *
     * @throws IndexFault NO_SUCH_BUCKET, NO_SUCH_KEY, NO_SUCH_VERSION, LOCKED, IS_DELETE_MARKER
     */
    ObjectVersion set(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            ObjectSetting setting,
            Optional<String> document,
            boolean bypassGovernance);

    /**
     * Asks for a copy of an archived version that can be read, or for one that is there to stay
     * until then.
     *
     * @return whether it is there and stays; otherwise it will be made
     * @throws IndexFault NO_SUCH_BUCKET, NO_SUCH_KEY, NO_SUCH_VERSION, IS_DELETE_MARKER;
     *     NOT_ARCHIVED; RESTORE_IN_PROGRESS
     */
    boolean restore(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            Restoration.Ongoing order);

    /**
     * Replaces the tags of a version.
     *
     * @throws IndexFault NO_SUCH_BUCKET, NO_SUCH_KEY, NO_SUCH_VERSION, IS_DELETE_MARKER
     */
    ObjectVersion tag(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            Map<String, String> tags);

    /**
     * A page of current objects, each without its headers, parts and blobs.
     *
     * @throws IndexFault NO_SUCH_BUCKET
     */
    ListPage<ObjectVersion> list(BucketName bucket, ListRequest request);

    /**
     * A page of all versions, newest first for each key, delete markers among them, each without
     * its headers, parts and blobs. {@code request.afterId} may name a version of the key {@code
     * after}, after which the page begins, whether or not it is still there.
     *
     * @throws IndexFault NO_SUCH_BUCKET
     */
    ListPage<ListedVersion> listVersions(BucketName bucket, ListRequest request);

    /**
     * Begins an upload in parts.
     *
     * @throws IndexFault NO_SUCH_BUCKET
     */
    void beginUpload(BucketName bucket, Upload upload);

    /**
     * An upload.
     *
     * @throws IndexFault NO_SUCH_BUCKET, NO_SUCH_UPLOAD
     */
    Upload upload(BucketName bucket, ObjectKey key, String uploadId);

    /**
     * Adds a part, or replaces the one of its number.
     *
     * @throws IndexFault NO_SUCH_BUCKET, NO_SUCH_UPLOAD
     */
    void putPart(BucketName bucket, ObjectKey key, String uploadId, UploadPart part);

    /**
     * Parts by number, at most {@code limit} after one.
     *
     * @throws IndexFault NO_SUCH_BUCKET, NO_SUCH_UPLOAD
     */
    List<UploadPart> parts(
            BucketName bucket, ObjectKey key, String uploadId, int afterNumber, int limit);

    /**
     * Makes an upload an object: the parts named, in their order. Parts that are not named are
     * freed. A repeated call answers as the first one did, as long as the object is there. The
     * answer has neither parts nor blobs.
     *
     * @param object its content's blobs are left empty: they are the parts'
     * @param parts number and ETag of each, as the client names them
     * @throws IndexFault NO_SUCH_BUCKET, NO_SUCH_UPLOAD; INVALID_PART when a part is not there or
     *     has another ETag; PRECONDITION_FAILED, NO_SUCH_KEY
     */
    ObjectVersion completeUpload(
            BucketName bucket,
            String uploadId,
            NewObject object,
            List<NamedPart> parts,
            Condition condition);

    /**
     * Gives an upload up and frees its parts.
     *
     * @throws IndexFault NO_SUCH_BUCKET, NO_SUCH_UPLOAD
     */
    void abortUpload(BucketName bucket, ObjectKey key, String uploadId);

    /**
     * A page of uploads by key, then by the time of their begin. When the upload that {@code
     * request.afterId} names is no more, the page begins with its key's first.
     *
     * @throws IndexFault NO_SUCH_BUCKET
     */
    ListPage<Upload> uploads(BucketName bucket, ListRequest request);
}
