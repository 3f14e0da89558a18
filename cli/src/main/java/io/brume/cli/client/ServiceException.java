package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import java.io.Serial;

/** The cloud's answer that it will not do what was asked. */
public final class ServiceException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    private final String code;
    private final int status;

    /**
     * @param code AWS's error code
     * @param status of the HTTP answer
     */
    public ServiceException(String code, String message, int status) {
        super(requireNonNull(message));
        this.code = requireNonNull(code);
        this.status = status;
    }

    public String code() {
        return code;
    }

    public int status() {
        return status;
    }

    /**
     * What a user can do about the commonest refusals; empty for the others, whose message says it.
     */
    public String remedy() {
        return switch (code) {
            case "InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed" ->
                    "see: brume instance list";
            case "InvalidAMIID.NotFound", "InvalidAMIID.Malformed", "InvalidAMIID.Unavailable" ->
                    "see: brume image list";
            case "InvalidKeyPair.NotFound" ->
                    "see: brume key list; make one with: brume key create NAME";
            case "InvalidKeyPair.Duplicate" -> "choose another name, or: brume key delete NAME";
            case "InsufficientInstanceCapacity" ->
                    "see what is free with: brume node list; end instances, or use a smaller"
                            + " --type";
            case "AuthFailure",
                    "InvalidClientTokenId",
                    "UnrecognizedClientException",
                    "SignatureDoesNotMatch" ->
                    "these credentials are not this cloud's: see brume env and brume login";
            case "RequestExpired" -> "set this machine's clock";
            case "UnauthorizedOperation", "AccessDenied", "AccessDeniedException" ->
                    "use the credentials of the account's owner";
            case "InvalidVolume.NotFound", "InvalidVolumeID.Malformed" -> "see: brume volume list";
            case "VolumeInUse" -> "take it back first: brume volume detach VOLUME";
            case "InvalidSnapshot.NotFound", "InvalidSnapshotID.Malformed" ->
                    "see: brume snapshot list";
            case "InsufficientVolumeCapacity" ->
                    "see whether storage nodes are connected and have room: brume node list";
            case "OperationNotPermitted" ->
                    String.valueOf(getMessage()).contains("disableApiTermination")
                            ? "see its termination protection: brume instance show"
                            : "";
            case "NoSuchBucket" -> "see: brume bucket list; make it with: brume bucket create NAME";
            case "NoSuchKey", "NotFound" -> "see: brume object ls s3://BUCKET/";
            case "BucketNotEmpty" ->
                    "empty it first: brume object rm -r s3://BUCKET/, or: brume bucket delete"
                            + " --force";
            case "BucketAlreadyExists" -> "bucket names are shared by all accounts: choose another";
            case "SlowDown", "ServiceUnavailable" ->
                    "no storage node answers: see ./brume status and brume node list";
            case "InsufficientStorage" -> "the storage nodes' disks are full: delete something";
            default -> "";
        };
    }
}
