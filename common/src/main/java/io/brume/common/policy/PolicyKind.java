package io.brume.common.policy;

/** What a policy hangs on; decides what its statements must have and may not have. */
public enum PolicyKind {
    /** On a user, group or role, who is the principal. */
    IDENTITY(false, true),
    /** On a resource: a bucket, a queue, a key. */
    RESOURCE(true, true),
    /** On a role, saying who may assume it; the role is the resource. */
    TRUST(true, false);

    private final boolean hasPrincipal;
    private final boolean hasResource;

    PolicyKind(boolean hasPrincipal, boolean hasResource) {
        this.hasPrincipal = hasPrincipal;
        this.hasResource = hasResource;
    }

    boolean hasPrincipal() {
        return hasPrincipal;
    }

    boolean hasResource() {
        return hasResource;
    }
}
