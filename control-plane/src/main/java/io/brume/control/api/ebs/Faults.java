package io.brume.control.api.ebs;

import io.brume.common.aws.Fault;
import io.brume.control.domain.snapshot.SnapshotId;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ebs.model.AccessDeniedException;
import software.amazon.awssdk.services.ebs.model.AccessDeniedExceptionReason;
import software.amazon.awssdk.services.ebs.model.ConcurrentLimitExceededException;
import software.amazon.awssdk.services.ebs.model.ConflictException;
import software.amazon.awssdk.services.ebs.model.InternalServerException;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundExceptionReason;
import software.amazon.awssdk.services.ebs.model.ServiceQuotaExceededException;
import software.amazon.awssdk.services.ebs.model.ServiceQuotaExceededExceptionReason;
import software.amazon.awssdk.services.ebs.model.ValidationException;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

/** AWS's errors of these APIs, with their reasons. */
final class Faults {
    private Faults() {}

    static AwsServiceException invalid(ValidationExceptionReason reason, String message) {
        return ValidationException.builder().reason(reason).message(message).build();
    }

    /** A parameter that is not what it may be. */
    static AwsServiceException invalidValue(String message) {
        return invalid(ValidationExceptionReason.INVALID_PARAMETER_VALUE, message);
    }

    static AwsServiceException invalidSnapshot(String message) {
        return invalid(ValidationExceptionReason.INVALID_SNAPSHOT_ID, message);
    }

    /** It is not there, is not complete, or is not the caller's to know of. */
    static AwsServiceException noSnapshot(String id) {
        return ResourceNotFoundException.builder()
                .reason(ResourceNotFoundExceptionReason.SNAPSHOT_NOT_FOUND)
                .message("The snapshot '%s' does not exist.".formatted(id))
                .build();
    }

    /** The caller knows of it, and may not do this with it. */
    static AwsServiceException denied(SnapshotId id) {
        return AccessDeniedException.builder()
                .reason(AccessDeniedExceptionReason.UNAUTHORIZED_ACCOUNT)
                .message("The account is not authorized to access the snapshot '%s'.".formatted(id))
                .build();
    }

    static AwsServiceException tokenConflict() {
        return ConflictException.builder()
                .message("Current request does not match request stored with this token.")
                .build();
    }

    static AwsServiceException tooManyOpen(int most) {
        return ConcurrentLimitExceededException.builder()
                .message("You have reached the limit of %d pending snapshots.".formatted(most))
                .build();
    }

    static AwsServiceException tooMany(int most) {
        return ServiceQuotaExceededException.builder()
                .reason(ServiceQuotaExceededExceptionReason.DEPENDENCY_SERVICE_QUOTA_EXCEEDED)
                .message("Maximum number of snapshots exceeded: %d.".formatted(most))
                .build();
    }

    /**
     * The cloud cannot do it now; trying again may help.
     *
     * @param cause for the operator's eyes
     */
    static Fault internal(String message, @Nullable Throwable cause) {
        return new Fault(
                Fault.Category.INTERNAL,
                InternalServerException.class.getSimpleName(),
                500,
                message,
                cause);
    }

    /** The block is not what its signed checksum says. */
    static Fault checksumDiffers(String computed, String given) {
        return Fault.denied(
                "InvalidSignatureException",
                "The value passed in as x-amz-Checksum does not match the computed checksum."
                        + " Computed checksum: %s expected checksum: %s"
                                .formatted(computed, given));
    }
}
