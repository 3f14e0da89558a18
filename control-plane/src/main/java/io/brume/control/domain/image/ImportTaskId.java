package io.brume.control.domain.image;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.ResourceId;

/** Names the import of an image. */
public record ImportTaskId(String value) implements ResourceId, Comparable<ImportTaskId> {
    public static final String PREFIX = "import-ami";

    public ImportTaskId {
        ResourceId.require(PREFIX, value);
    }

    /**
     * The id that a caller sent.
     *
     * @throws Fault {@code InvalidConversionTaskId.Malformed}
     */
    public static ImportTaskId parse(String text) {
        return new ImportTaskId(
                ResourceId.parse(PREFIX, "InvalidConversionTaskId.Malformed", text));
    }

    /** A new one. */
    public static ImportTaskId create(Ids ids) {
        return new ImportTaskId(ids.ec2(PREFIX));
    }

    @Override
    public Fault notFound() {
        return Fault.absent(
                "InvalidConversionTaskId",
                "The import task ID '%s' does not exist".formatted(value));
    }

    @Override
    public int compareTo(ImportTaskId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
