package io.brume.control.domain.instance;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.ResourceId;

/** Names the instances of one launch. */
public record ReservationId(String value) implements ResourceId, Comparable<ReservationId> {
    public static final String PREFIX = "r";

    public ReservationId {
        ResourceId.require(PREFIX, value);
    }

    /**
     * The id that a caller sent.
     *
     * @throws Fault {@code InvalidReservationID.Malformed}
     */
    public static ReservationId parse(String text) {
        return new ReservationId(ResourceId.parse(PREFIX, "InvalidReservationID.Malformed", text));
    }

    /** A new one. */
    public static ReservationId create(Ids ids) {
        return new ReservationId(ids.ec2(PREFIX));
    }

    @Override
    public Fault notFound() {
        return Fault.absent(
                "InvalidReservationID.NotFound",
                "The reservation ID '%s' does not exist".formatted(value));
    }

    @Override
    public int compareTo(ReservationId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
