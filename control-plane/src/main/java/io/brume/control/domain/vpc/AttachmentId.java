package io.brume.control.domain.vpc;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.ResourceId;

/** Names the tie between a network interface and an instance. */
public record AttachmentId(String value) implements ResourceId, Comparable<AttachmentId> {
    public static final String PREFIX = "eni-attach";

    public AttachmentId {
        ResourceId.require(PREFIX, value);
    }

    /**
     * The id that a caller sent.
     *
     * @throws Fault {@code InvalidAttachmentID.Malformed}
     */
    public static AttachmentId parse(String text) {
        return new AttachmentId(ResourceId.parse(PREFIX, "InvalidAttachmentID.Malformed", text));
    }

    /** A new one. */
    public static AttachmentId create(Ids ids) {
        return new AttachmentId(ids.ec2(PREFIX));
    }

    @Override
    public Fault notFound() {
        return Fault.absent(
                "InvalidAttachmentID.NotFound",
                "The attachment ID '%s' does not exist".formatted(value));
    }

    @Override
    public int compareTo(AttachmentId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
