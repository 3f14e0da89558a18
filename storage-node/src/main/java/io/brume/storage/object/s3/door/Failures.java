package io.brume.storage.object.s3.door;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.data.NoSpaceException;
import io.brume.storage.object.index.IndexFault;
import io.brume.storage.object.s3.RefusedException;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.http.BodyFailure;
import io.brume.storage.object.s3.http.ClientGoneException;
import io.brume.store.StoreUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** What people are told of what went wrong. */
final class Failures {
    private Failures() {}

    /**
     * A failure in S3's words.
     *
     * @param headers of the answer
     * @param ours whether something of ours has failed, which an operator should see
     */
    record Told(Fault fault, Map<String, String> headers, boolean ours) {}

    /** Empty when there is nobody left to be told. */
    static Optional<Told> told(Throwable thrown) {
        return switch (thrown) {
            case RefusedException refused ->
                    Optional.of(new Told(refused.fault(), refused.headers(), false));
            case IndexFault fault -> told(S3Faults.of(fault), false);
            case StoreUnavailableException away ->
                    told(S3Faults.unavailable("The index of the objects does not answer."), true);
            case UncheckedIOException wrapped -> told(requireNonNull(wrapped.getCause()));
            case ClientGoneException gone -> Optional.empty();
            case BodyFailure failure -> told(of(failure), false);
            case NoSpaceException full ->
                    told(S3Faults.unavailable("The disks of the object store are full."), true);
            case IOException broken ->
                    told(S3Faults.unavailable("The object's bytes cannot be reached."), true);
            case Fault fault -> of(fault);
            default -> told(internal(thrown), true);
        };
    }

    private static Optional<Told> told(Fault fault, boolean ours) {
        return Optional.of(new Told(fault, Map.of(), ours));
    }

    /** A handler's own exception comes as the cause of an internal fault. */
    private static Optional<Told> of(Fault fault) {
        var cause = fault.getCause();
        return fault.category() != Fault.Category.INTERNAL
                        || cause == null
                        || cause instanceof AwsServiceException
                        || cause instanceof Fault
                ? told(fault, false)
                : told(cause);
    }

    private static Fault of(BodyFailure failure) {
        return switch (failure.kind()) {
            case INCOMPLETE ->
                    Fault.invalid(
                            "IncompleteBody",
                            "You did not provide the number of bytes specified by the"
                                    + " Content-Length HTTP header");
            case TIMED_OUT ->
                    Fault.invalid(
                            "RequestTimeout",
                            "Your socket connection to the server was not read from or written to"
                                    + " within the timeout period. Idle connections will be"
                                    + " closed.");
        };
    }

    private static Fault internal(Throwable cause) {
        return new Fault(
                Fault.Category.INTERNAL,
                "InternalError",
                500,
                "We encountered an internal error. Please try again.",
                cause);
    }
}
