package io.brume.common.aws;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Puts faults in one service's words: the shape's name, the query code, AWS's status. Immutable.
 */
final class FaultWords {
    private final ServiceFacts facts;

    FaultWords(ServiceFacts facts) {
        this.facts = requireNonNull(facts);
    }

    /** A typed error of the SDK, whose further members travel with the fault as its cause. */
    Fault fault(AwsServiceException exception) {
        var known = facts.error(exception);
        var details = exception.awsErrorDetails();
        var given = details == null ? null : details.errorCode();
        var message = details == null ? exception.getMessage() : details.errorMessage();
        int status = exception.statusCode();
        if (status == 0) {
            status = known == null ? 400 : known.status();
        }
        return new Fault(
                status < 500 ? Fault.Category.INVALID : Fault.Category.INTERNAL,
                given == null ? code(exception, known) : given,
                status,
                requireNonNullElse(message, ""),
                exception);
    }

    private static String code(
            AwsServiceException exception, ServiceFacts.@Nullable ErrorName known) {
        if (known != null) {
            return known.code();
        }
        var name = exception.getClass().getSimpleName();
        return name.endsWith("Exception") ? name.substring(0, name.length() - 9) : name;
    }

    FaultAnswer answer(Fault fault) {
        var known = facts.error(fault.code());
        var cause = fault.getCause();
        boolean usual = fault.status() == fault.category().status();
        return new FaultAnswer(
                known == null ? fault.code() : known.type(),
                known == null ? fault.code() : known.code(),
                known != null && usual ? known.status() : fault.status(),
                requireNonNullElse(fault.getMessage(), ""),
                cause instanceof AwsServiceException typed ? typed : null,
                facts.queryCompatible());
    }
}
