package io.brume.storage.object.s3.config;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * S3's actions as policies name them, which are not the names of the operations.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html">
 * actions of Amazon S3</a>.
 */
public final class S3Actions {
    /** Operations whose action has their own name. */
    private static final Set<String> OWN_NAME =
            Set.of(
                    "AbortMultipartUpload",
                    "CreateBucket",
                    "CreateSession",
                    "DeleteBucket",
                    "DeleteBucketPolicy",
                    "DeleteBucketWebsite",
                    "DeleteObject",
                    "DeleteObjectTagging",
                    "GetBucketAbac",
                    "GetBucketAcl",
                    "GetBucketLocation",
                    "GetBucketLogging",
                    "GetBucketOwnershipControls",
                    "GetBucketPolicy",
                    "GetBucketPolicyStatus",
                    "GetBucketRequestPayment",
                    "GetBucketTagging",
                    "GetBucketVersioning",
                    "GetBucketWebsite",
                    "GetObject",
                    "GetObjectAcl",
                    "GetObjectAttributes",
                    "GetObjectLegalHold",
                    "GetObjectRetention",
                    "GetObjectTagging",
                    "GetObjectTorrent",
                    "PutBucketAbac",
                    "PutBucketAcl",
                    "PutBucketLogging",
                    "PutBucketOwnershipControls",
                    "PutBucketPolicy",
                    "PutBucketRequestPayment",
                    "PutBucketTagging",
                    "PutBucketVersioning",
                    "PutBucketWebsite",
                    "PutObject",
                    "PutObjectAcl",
                    "PutObjectLegalHold",
                    "PutObjectRetention",
                    "PutObjectTagging",
                    "RestoreObject",
                    "UpdateBucketMetadataInventoryTableConfiguration",
                    "UpdateBucketMetadataJournalTableConfiguration");

    private static final Map<String, String> OTHER_NAME =
            Map.ofEntries(
                    Map.entry("CompleteMultipartUpload", "PutObject"),
                    Map.entry("CopyObject", "PutObject"),
                    Map.entry(
                            "CreateBucketMetadataConfiguration",
                            "CreateBucketMetadataTableConfiguration"),
                    Map.entry(
                            "CreateBucketMetadataTableConfiguration",
                            "CreateBucketMetadataTableConfiguration"),
                    Map.entry("CreateMultipartUpload", "PutObject"),
                    Map.entry("DeleteBucketAnalyticsConfiguration", "PutAnalyticsConfiguration"),
                    Map.entry("DeleteBucketCors", "PutBucketCORS"),
                    Map.entry("DeleteBucketEncryption", "PutEncryptionConfiguration"),
                    Map.entry(
                            "DeleteBucketIntelligentTieringConfiguration",
                            "PutIntelligentTieringConfiguration"),
                    Map.entry("DeleteBucketInventoryConfiguration", "PutInventoryConfiguration"),
                    Map.entry("DeleteBucketLifecycle", "PutLifecycleConfiguration"),
                    Map.entry(
                            "DeleteBucketMetadataConfiguration",
                            "DeleteBucketMetadataTableConfiguration"),
                    Map.entry(
                            "DeleteBucketMetadataTableConfiguration",
                            "DeleteBucketMetadataTableConfiguration"),
                    Map.entry("DeleteBucketMetricsConfiguration", "PutMetricsConfiguration"),
                    Map.entry("DeleteBucketOwnershipControls", "PutBucketOwnershipControls"),
                    Map.entry("DeleteBucketReplication", "PutReplicationConfiguration"),
                    Map.entry("DeleteBucketTagging", "PutBucketTagging"),
                    Map.entry("DeleteObjects", "DeleteObject"),
                    Map.entry("DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
                    Map.entry("GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"),
                    Map.entry("GetBucketAnalyticsConfiguration", "GetAnalyticsConfiguration"),
                    Map.entry("GetBucketCors", "GetBucketCORS"),
                    Map.entry("GetBucketEncryption", "GetEncryptionConfiguration"),
                    Map.entry(
                            "GetBucketIntelligentTieringConfiguration",
                            "GetIntelligentTieringConfiguration"),
                    Map.entry("GetBucketInventoryConfiguration", "GetInventoryConfiguration"),
                    Map.entry("GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"),
                    Map.entry(
                            "GetBucketMetadataConfiguration",
                            "GetBucketMetadataTableConfiguration"),
                    Map.entry(
                            "GetBucketMetadataTableConfiguration",
                            "GetBucketMetadataTableConfiguration"),
                    Map.entry("GetBucketMetricsConfiguration", "GetMetricsConfiguration"),
                    Map.entry("GetBucketNotificationConfiguration", "GetBucketNotification"),
                    Map.entry("GetBucketReplication", "GetReplicationConfiguration"),
                    Map.entry("GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
                    Map.entry("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
                    Map.entry("HeadBucket", "ListBucket"),
                    Map.entry("HeadObject", "GetObject"),
                    Map.entry("ListBucketAnalyticsConfigurations", "GetAnalyticsConfiguration"),
                    Map.entry(
                            "ListBucketIntelligentTieringConfigurations",
                            "GetIntelligentTieringConfiguration"),
                    Map.entry("ListBucketInventoryConfigurations", "GetInventoryConfiguration"),
                    Map.entry("ListBucketMetricsConfigurations", "GetMetricsConfiguration"),
                    Map.entry("ListBuckets", "ListAllMyBuckets"),
                    Map.entry("ListDirectoryBuckets", "ListAllMyDirectoryBuckets"),
                    Map.entry("ListMultipartUploads", "ListBucketMultipartUploads"),
                    Map.entry("ListObjectVersions", "ListBucketVersions"),
                    Map.entry("ListObjects", "ListBucket"),
                    Map.entry("ListObjectsV2", "ListBucket"),
                    Map.entry("ListParts", "ListMultipartUploadParts"),
                    Map.entry("PutBucketAccelerateConfiguration", "PutAccelerateConfiguration"),
                    Map.entry("PutBucketAnalyticsConfiguration", "PutAnalyticsConfiguration"),
                    Map.entry("PutBucketCors", "PutBucketCORS"),
                    Map.entry("PutBucketEncryption", "PutEncryptionConfiguration"),
                    Map.entry(
                            "PutBucketIntelligentTieringConfiguration",
                            "PutIntelligentTieringConfiguration"),
                    Map.entry("PutBucketInventoryConfiguration", "PutInventoryConfiguration"),
                    Map.entry("PutBucketLifecycleConfiguration", "PutLifecycleConfiguration"),
                    Map.entry("PutBucketMetricsConfiguration", "PutMetricsConfiguration"),
                    Map.entry("PutBucketNotificationConfiguration", "PutBucketNotification"),
                    Map.entry("PutBucketReplication", "PutReplicationConfiguration"),
                    Map.entry("PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"),
                    Map.entry("PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
                    Map.entry("RenameObject", "PutObject"),
                    Map.entry("SelectObjectContent", "GetObject"),
                    Map.entry("UploadPart", "PutObject"),
                    Map.entry("UploadPartCopy", "PutObject"),
                    Map.entry("WriteGetObjectResponse", "s3-object-lambda:WriteGetObjectResponse"));

    /** What an action is called when it names a version. */
    private static final Map<String, String> OF_A_VERSION =
            Map.of(
                    "DeleteObject", "DeleteObjectVersion",
                    "DeleteObjectTagging", "DeleteObjectVersionTagging",
                    "GetObject", "GetObjectVersion",
                    "GetObjectAcl", "GetObjectVersionAcl",
                    "GetObjectAttributes", "GetObjectVersionAttributes",
                    "GetObjectTagging", "GetObjectVersionTagging",
                    "GetObjectTorrent", "GetObjectVersionTorrent",
                    "PutObjectAcl", "PutObjectVersionAcl",
                    "PutObjectTagging", "PutObjectVersionTagging");

    /** Actions that belong to no operation of their own. */
    private static final Set<String> WITHOUT_OPERATION =
            Set.of(
                    "BypassGovernanceRetention",
                    "ListTagsForResource",
                    "ReplicateDelete",
                    "ReplicateObject",
                    "TagResource",
                    "UntagResource");

    /** Actions on objects although their names do not say so. */
    private static final Set<String> ON_OBJECTS =
            Set.of(
                    "AbortMultipartUpload",
                    "BypassGovernanceRetention",
                    "ListMultipartUploadParts",
                    "ReplicateDelete");

    private S3Actions() {}

    /**
     * The action of an operation, with its prefix.
     *
     * @param operation AWS's name: {@code ListObjectsV2}
     * @throws IllegalArgumentException when there is no such operation
     */
    public static String of(String operation) {
        return find(operation)
                .orElseThrow(() -> new IllegalArgumentException("no operation " + operation));
    }

    /** The action of an operation that names a version where {@code versioned}. */
    public static String of(String operation, boolean versioned) {
        var action = of(operation);
        var name = action.substring(3);
        return versioned ? "s3:" + OF_A_VERSION.getOrDefault(name, name) : action;
    }

    static Optional<String> find(String operation) {
        var name = OWN_NAME.contains(operation) ? operation : OTHER_NAME.get(operation);
        return Optional.ofNullable(name).map(each -> each.contains(":") ? each : "s3:" + each);
    }

    /** All actions that a bucket's policy may speak of, with their prefix. */
    static Set<String> all() {
        var all = new TreeSet<String>();
        OWN_NAME.forEach(name -> all.add("s3:" + name));
        OTHER_NAME.values().stream()
                .filter(name -> !name.contains(":"))
                .forEach(name -> all.add("s3:" + name));
        OF_A_VERSION.values().forEach(name -> all.add("s3:" + name));
        WITHOUT_OPERATION.forEach(name -> all.add("s3:" + name));
        return all;
    }

    /** Whether its resource is an object and not a bucket. */
    static boolean isOnObjects(String action) {
        var name = action.substring(3);
        return ON_OBJECTS.contains(name) || (name.contains("Object") && !name.contains("Bucket"));
    }
}
