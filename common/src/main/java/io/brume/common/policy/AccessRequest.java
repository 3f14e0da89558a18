package io.brume.common.policy;

import static java.util.Objects.requireNonNull;

/**
 * What somebody wants to do.
 *
 * @param action {@code s3:GetObject}
 * @param resource an ARN; empty where a policy's own bearer is the resource
 */
public record AccessRequest(Principal principal, String action, String resource, Context context) {
    public AccessRequest {
        requireNonNull(principal);
        requireNonNull(action);
        requireNonNull(resource);
        requireNonNull(context);
    }
}
