package io.brume.control.api.admin;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.common.aws.sigv4.Dialect;
import io.brume.common.aws.sigv4.Realm;
import io.brume.common.aws.sigv4.SigV4Verifier;
import io.brume.control.domain.identity.Principal;
import java.util.List;

/** Lets callers of Brume's own routes in, by their signature. Thread-safe; may block. */
public final class AdminDoor {
    private static final String SIGNING_NAME = "brume";

    private final SigV4Verifier<Principal> verifier;
    private final Realm realm;
    private final Principal operator;

    /**
     * @param operator who may do everything: the root user of the first account
     */
    public AdminDoor(SigV4Verifier<Principal> verifier, String region, Principal operator) {
        this.verifier = requireNonNull(verifier);
        this.realm = new Realm(Dialect.JSON, List.of(SIGNING_NAME), List.of(region));
        this.operator = requireNonNull(operator);
    }

    /**
     * Whoever signed a call.
     *
     * @throws Fault when nobody did
     */
    Principal caller(HttpCall call) {
        return verifier.verify(call, realm).owner();
    }

    /**
     * Ends the call of anyone but the operator.
     *
     * @throws Fault {@code AccessDeniedException}
     */
    void demandOperator(HttpCall call) {
        var caller = caller(call);
        if (!caller.equals(operator)) {
            throw Fault.denied(
                    "AccessDeniedException",
                    "%s is not the operator of this cloud, who is %s."
                            .formatted(caller.arn(), operator.arn()));
        }
    }
}
