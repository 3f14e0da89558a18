package io.brume.control.domain.volume;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.instance.InstanceId;
import java.time.Instant;

/**
 * A volume's tie to an instance.
 *
 * @param device for example {@code /dev/sdf}
 * @param at when it was asked for
 * @param deleteOnTermination whether the volume goes with the instance
 * @param force the guest is not waited for when it is detached
 * @param since the store's revision before the last change of the state: a host's word of a later
 *     generation is about this state
 * @param changed when the state last changed
 */
public record VolumeAttachment(
        InstanceId instance,
        String device,
        AttachmentState state,
        Instant at,
        boolean deleteOnTermination,
        boolean force,
        long since,
        Instant changed) {
    public VolumeAttachment {
        requireNonNull(instance);
        requireNonNull(device);
        requireNonNull(state);
        requireNonNull(at);
        requireNonNull(changed);
    }

    /** A new one. */
    public static VolumeAttachment asked(
            InstanceId instance,
            String device,
            boolean deleteOnTermination,
            long since,
            Instant at) {
        return new VolumeAttachment(
                instance,
                device,
                AttachmentState.ATTACHING,
                at,
                deleteOnTermination,
                false,
                since,
                at);
    }

    /** After an event; the same one when that changes nothing. */
    public VolumeAttachment after(AttachmentState.Event event, long revision, Instant now) {
        var next = state.next(event);
        return next == state
                ? this
                : new VolumeAttachment(
                        instance, device, next, at, deleteOnTermination, force, revision, now);
    }

    public VolumeAttachment withForce(long revision) {
        return new VolumeAttachment(
                instance, device, state, at, deleteOnTermination, true, revision, changed);
    }

    /** A host's word of a later generation than this revision is about it. */
    public VolumeAttachment withSince(long revision) {
        return new VolumeAttachment(
                instance, device, state, at, deleteOnTermination, force, revision, changed);
    }

    public VolumeAttachment withDeleteOnTermination(boolean value) {
        return new VolumeAttachment(instance, device, state, at, value, force, since, changed);
    }
}
