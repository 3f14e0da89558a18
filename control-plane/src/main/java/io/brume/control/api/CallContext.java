package io.brume.control.api;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.ClientToken;
import io.brume.control.domain.identity.Principal;
import java.time.Instant;
import java.util.Optional;

/**
 * Who calls, from where and when: bound while a call is authorized and handled. Immutable.
 *
 * @param principal whom the signature speaks for
 * @param accessKeyId the key that signed
 * @param requestId of this call, in answers, logs and audit records
 * @param sourceIp the caller's address, as the socket has it
 * @param region the region that is called
 * @param time when the call was taken in; one call sees one time
 * @param dryRun whether the caller only asks if it might; see {@link #stopHereIfDryRun}
 * @param clientToken what makes a repetition of the call harmless, where the caller gave one; a
 *     handler that makes something looks it up in its own transaction
 */
public record CallContext(
        Principal principal,
        String accessKeyId,
        String requestId,
        String sourceIp,
        String region,
        Instant time,
        boolean dryRun,
        Optional<ClientToken> clientToken) {
    private static final ScopedValue<CallContext> CURRENT = ScopedValue.newInstance();

    public CallContext {
        requireNonNull(principal);
        requireNonNull(accessKeyId);
        requireNonNull(requestId);
        requireNonNull(sourceIp);
        requireNonNull(region);
        requireNonNull(time);
        requireNonNull(clientToken);
    }

    /**
     * The context of the call that this thread handles.
     *
     * @throws IllegalStateException outside of a call
     */
    public static CallContext current() {
        if (!CURRENT.isBound()) {
            throw new IllegalStateException("no call is being handled on this thread");
        }
        return CURRENT.get();
    }

    /** Runs an action for this caller: the pipeline, tests, and calls from service to service. */
    public <T, X extends Throwable> T call(ScopedValue.CallableOp<? extends T, X> action) throws X {
        return ScopedValue.where(CURRENT, this).call(action);
    }

    /** The account in which the call acts. */
    public AccountId account() {
        return principal.account();
    }

    /** For example {@code arn:aws:iam::123456789012:root}. */
    public String principalArn() {
        return principal.arn();
    }

    /** AWS's unique id of the principal; the account's number for its root user. */
    public String userId() {
        return principal.userId();
    }

    /**
     * Ends a dry run. A handler calls it when all checks have passed and before the first effect;
     * authorization and validation come before the handler.
     *
     * @throws Fault {@code DryRunOperation} when this is a dry run
     */
    public void stopHereIfDryRun() {
        if (dryRun) {
            throw Fault.invalid(
                            "DryRunOperation",
                            "Request would have succeeded, but DryRun flag is set.")
                    .withStatus(412);
        }
    }
}
