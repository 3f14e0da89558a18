package io.brume.control.domain.vpc;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.instance.InstanceId;
import java.time.Instant;

/**
 * What ties a network interface to an instance.
 *
 * @param deviceIndex 0 is the primary interface
 * @param deleteOnTermination whether the interface goes with the instance
 */
public record Attachment(
        AttachmentId id,
        InstanceId instanceId,
        int deviceIndex,
        boolean deleteOnTermination,
        Instant attached) {
    public Attachment {
        requireNonNull(id);
        requireNonNull(instanceId);
        requireNonNull(attached);
    }
}
