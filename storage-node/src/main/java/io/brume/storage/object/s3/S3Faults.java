package io.brume.storage.object.s3;

import io.brume.common.aws.Fault;
import io.brume.common.aws.Fault.Category;
import io.brume.storage.object.index.IndexFault;

/**
 * S3's errors with their codes, statuses and sentences.
 *
 * <p>Source: <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">error
 * responses</a>.
 */
public final class S3Faults {
    private S3Faults() {}

    public static Fault accessDenied() {
        return Fault.denied("AccessDenied", "Access Denied");
    }

    public static Fault noSuchBucket() {
        return absent("NoSuchBucket", "The specified bucket does not exist");
    }

    public static Fault noSuchKey() {
        return absent("NoSuchKey", "The specified key does not exist.");
    }

    public static Fault noSuchVersion() {
        return absent("NoSuchVersion", "The specified version does not exist.");
    }

    public static Fault noSuchUpload() {
        return absent(
                "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload"
                        + " may have been aborted or completed.");
    }

    public static Fault preconditionFailed() {
        return Fault.conflict(
                        "PreconditionFailed",
                        "At least one of the pre-conditions you specified did not hold")
                .withStatus(412);
    }

    public static Fault methodNotAllowed() {
        return Fault.invalid(
                        "MethodNotAllowed",
                        "The specified method is not allowed against this resource.")
                .withStatus(405);
    }

    public static Fault invalidArgument(String message) {
        return Fault.invalid("InvalidArgument", message);
    }

    public static Fault invalidRequest(String message) {
        return Fault.invalid("InvalidRequest", message);
    }

    public static Fault malformedXml() {
        return Fault.invalid(
                "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published"
                        + " schema");
    }

    /** Something that AWS has and this cloud has not. */
    public static Fault notImplemented(String what) {
        return Fault.unsupported("NotImplemented", what + " is not supported by this cloud.")
                .withStatus(501);
    }

    /** A thing that is not there. */
    public static Fault absent(String code, String message) {
        return Fault.absent(code, message).withStatus(404);
    }

    /** Too little is there to do it now: nodes, disks, threads. */
    public static Fault unavailable(String message) {
        return Fault.of(Category.UNAVAILABLE, "ServiceUnavailable", message);
    }

    /** What the index says, in S3's words. */
    public static Fault of(IndexFault fault) {
        return switch (fault.reason()) {
            case NO_SUCH_BUCKET -> noSuchBucket();
            case ALREADY_EXISTS ->
                    Fault.conflict(
                                    "BucketAlreadyExists",
                                    "The requested bucket name is not available. The bucket"
                                        + " namespace is shared by all users of the system. Please"
                                        + " select a different name and try again.")
                            .withStatus(409);
            case ALREADY_OWNED_BY_YOU ->
                    Fault.conflict(
                                    "BucketAlreadyOwnedByYou",
                                    "Your previous request to create the named bucket succeeded and"
                                            + " you already own it.")
                            .withStatus(409);
            case TOO_MANY_BUCKETS ->
                    Fault.quota(
                            "TooManyBuckets",
                            "You have attempted to create more buckets than allowed");
            case NOT_EMPTY ->
                    Fault.conflict("BucketNotEmpty", "The bucket you tried to delete is not empty")
                            .withStatus(409);
            case INVALID_BUCKET_STATE ->
                    Fault.conflict(
                                    "InvalidBucketState",
                                    "The request is not valid for the current state of the bucket.")
                            .withStatus(409);
            case NO_SUCH_KEY -> noSuchKey();
            case NO_SUCH_VERSION -> noSuchVersion();
            case IS_DELETE_MARKER -> methodNotAllowed();
            case PRECONDITION_FAILED -> preconditionFailed();
            case LOCKED ->
                    Fault.denied(
                            "AccessDenied",
                            "Access Denied because object protected by object lock.");
            case NO_SUCH_UPLOAD -> noSuchUpload();
            case NOT_ARCHIVED ->
                    Fault.denied(
                            "InvalidObjectState",
                            "Restore is not allowed for the object's current storage class");
            case RESTORE_IN_PROGRESS ->
                    Fault.conflict(
                                    "RestoreAlreadyInProgress",
                                    "Object restore is already in progress")
                            .withStatus(409);
            case INVALID_PART ->
                    Fault.invalid(
                            "InvalidPart",
                            "One or more of the specified parts could not be found. The part may"
                                    + " not have been uploaded, or the specified entity tag may not"
                                    + " match the part's entity tag.");
        };
    }
}
