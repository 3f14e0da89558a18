package io.brume.control.domain.image;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.ResourceId;

/** Names an image. */
public record ImageId(String value) implements ResourceId, Comparable<ImageId> {
    public static final String PREFIX = "ami";

    public ImageId {
        ResourceId.require(PREFIX, value);
    }

    /**
     * The id that a caller sent.
     *
     * @throws Fault {@code InvalidAMIID.Malformed}
     */
    public static ImageId parse(String text) {
        return new ImageId(ResourceId.parse(PREFIX, "InvalidAMIID.Malformed", text));
    }

    /** A new one. */
    public static ImageId create(Ids ids) {
        return new ImageId(ids.ec2(PREFIX));
    }

    @Override
    public Fault notFound() {
        return Fault.absent(
                "InvalidAMIID.NotFound", "The image id '[%s]' does not exist".formatted(value));
    }

    @Override
    public int compareTo(ImageId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
