package io.brume.control.api;

import software.amazon.awssdk.core.SdkPojo;

/** Decides whether a caller may do what it asks. Thread-safe; may block. */
@FunctionalInterface
public interface Authorizer {
    /** The answer of an authorizer. */
    sealed interface Decision {
        /** The call goes on. */
        record Allowed() implements Decision {}

        /**
         * The call ends here.
         *
         * @param reason for the caller's eyes: which statement denied, or that none allowed
         */
        record Denied(String reason) implements Decision {}
    }

    /**
     * Decides about one call.
     *
     * @param action for example {@code ec2:RunInstances}
     * @param request the SDK's request class of the operation, not yet validated
     */
    Decision authorize(CallContext context, String action, SdkPojo request);

    /** Allows each account's root user everything, and everyone else nothing. */
    static Authorizer rootOnly() {
        return (context, action, request) ->
                context.principalArn().equals("arn:aws:iam::" + context.account() + ":root")
                        ? new Decision.Allowed()
                        : new Decision.Denied(
                                "User: "
                                        + context.principalArn()
                                        + " is not authorized to perform: "
                                        + action
                                        + " because no identity-based policy allows the "
                                        + action
                                        + " action");
    }
}
