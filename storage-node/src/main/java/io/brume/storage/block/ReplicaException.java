package io.brume.storage.block;

import static java.util.Objects.requireNonNull;

import io.brume.proto.block.BlockStatus;
import org.jspecify.annotations.Nullable;

/** A replica could not do what was asked; says why in the block protocol's words. */
public final class ReplicaException extends Exception {
    private static final long serialVersionUID = 1;

    private final BlockStatus status;

    public ReplicaException(BlockStatus status, String message) {
        this(status, message, null);
    }

    public ReplicaException(BlockStatus status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = requireNonNull(status);
    }

    /** Never {@link BlockStatus#OK}. */
    public BlockStatus status() {
        return status;
    }
}
