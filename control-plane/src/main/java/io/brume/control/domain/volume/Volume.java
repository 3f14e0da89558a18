package io.brume.control.domain.volume;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.snapshot.SnapshotId;
import java.time.Instant;
import java.util.Optional;

/**
 * A block volume on storage nodes, as its account sees it and as hosts are told.
 *
 * @param zone whose storage nodes hold it
 * @param snapshot what it began as; empty = zeros
 * @param configuration what was last asked for
 * @param autoEnableIo AWS's attribute; kept, and without effect, since Brume never holds I/O back
 *     for the user's decision
 * @param attachment the one instance that has it
 * @param modification the last one
 * @param problem why it is in error, for people; empty when it is not
 * @param encryption empty = its blocks are stored as they are
 * @param filling empty = it begins as its snapshot, or as zeros
 * @param hidden Brume's own, on the way to something else: no user sees it
 * @param serving the client from outside that has it; never together with an instance
 */
public record Volume(
        VolumeId id,
        AccountId account,
        Instant created,
        String zone,
        Optional<SnapshotId> snapshot,
        VolumeConfiguration configuration,
        boolean autoEnableIo,
        VolumeState state,
        Optional<VolumeAttachment> attachment,
        Placement placement,
        Optional<Modification> modification,
        String problem,
        Optional<Encryption> encryption,
        Optional<Filling> filling,
        boolean hidden,
        Optional<Serving> serving) {
    public Volume {
        requireNonNull(id);
        requireNonNull(account);
        requireNonNull(created);
        requireNonNull(zone);
        requireNonNull(snapshot);
        requireNonNull(configuration);
        requireNonNull(state);
        requireNonNull(attachment);
        requireNonNull(placement);
        requireNonNull(modification);
        requireNonNull(problem);
        requireNonNull(encryption);
        requireNonNull(filling);
        requireNonNull(serving);
        if (attachment.isPresent() && serving.isPresent()) {
            throw new IllegalArgumentException("both an instance and a client from outside");
        }
    }

    /** One that no client from outside has. */
    public Volume(
            VolumeId id,
            AccountId account,
            Instant created,
            String zone,
            Optional<SnapshotId> snapshot,
            VolumeConfiguration configuration,
            boolean autoEnableIo,
            VolumeState state,
            Optional<VolumeAttachment> attachment,
            Placement placement,
            Optional<Modification> modification,
            String problem,
            Optional<Encryption> encryption,
            Optional<Filling> filling,
            boolean hidden) {
        this(
                id,
                account,
                created,
                zone,
                snapshot,
                configuration,
                autoEnableIo,
                state,
                attachment,
                placement,
                modification,
                problem,
                encryption,
                filling,
                hidden,
                Optional.empty());
    }

    /** Its place in the store. */
    public Owned<VolumeId> key() {
        return new Owned<>(account, id);
    }

    /** Moves by an event; see {@link VolumeState#next}. */
    public Volume apply(VolumeState.Event event) {
        return edit().apply(event).done();
    }

    /** Its replicas are there; the instance that it was made for is to have it. */
    public Volume made() {
        var made = apply(VolumeState.Event.CREATED);
        return attachment.isPresent() ? made.apply(VolumeState.Event.ATTACH_REQUESTED) : made;
    }

    /** Whether an instance has it as the volume that it starts from. */
    public boolean isRootOf(Instance instance) {
        return attachment
                .filter(one -> one.instance().equals(instance.id()))
                .filter(one -> Devices.same(one.device(), instance.launch().rootDeviceName()))
                .isPresent();
    }

    /** Its state as users see it: what is still being filled is not made yet. */
    public VolumeState shownState() {
        return state == VolumeState.AVAILABLE && isBeingFilled() ? VolumeState.CREATING : state;
    }

    /** Whether somebody fills it, or is to. */
    public boolean isBeingFilled() {
        return filling.filter(one -> !one.done()).isPresent();
    }

    /** The volume that it is being filled from. */
    public Optional<VolumeId> filledFrom() {
        return filling.filter(one -> !one.done())
                .map(Filling::source)
                .filter(Filling.OfVolume.class::isInstance)
                .map(source -> ((Filling.OfVolume) source).volume());
    }

    /** What its replicas begin as; empty = zeros. */
    public Optional<SnapshotId> base() {
        return filling.isPresent() ? Optional.empty() : snapshot;
    }

    /** The image that it is made of, as an import does. */
    public Optional<ImageId> importedImage() {
        return filling.map(Filling::source)
                .filter(Filling.OfImage.class::isInstance)
                .map(source -> ((Filling.OfImage) source).image());
    }

    /** An instance is to have it. */
    public Volume attached(VolumeAttachment to) {
        return edit().apply(VolumeState.Event.ATTACH_REQUESTED).attachment(Optional.of(to)).done();
    }

    /** The same attachment in another state. */
    public Volume with(VolumeAttachment changed) {
        return edit().attachment(Optional.of(changed)).done();
    }

    /** No instance has it any more. */
    public Volume detached() {
        return edit().apply(VolumeState.Event.DETACHED).attachment(Optional.empty()).done();
    }

    /** A client from outside is to have it. */
    public Volume served(Serving to) {
        return edit().apply(VolumeState.Event.ATTACH_REQUESTED).serving(Optional.of(to)).done();
    }

    /** The same serving in another state. */
    public Volume with(Serving changed) {
        return edit().serving(Optional.of(changed)).done();
    }

    /** No client from outside has it any more. */
    public Volume unserved() {
        return edit().apply(VolumeState.Event.DETACHED).serving(Optional.empty()).done();
    }

    /** It goes, and its instance is no more. */
    public Volume deleted() {
        return edit().apply(VolumeState.Event.DELETE_REQUESTED).attachment(Optional.empty()).done();
    }

    public Volume failed(String why) {
        return edit().apply(VolumeState.Event.CREATION_FAILED).problem(why).done();
    }

    public Volume with(Placement other) {
        return edit().placement(other).done();
    }

    public Volume withAutoEnableIo(boolean on) {
        return edit().autoEnableIo(on).done();
    }

    /** The configuration that a modification asks for. */
    public Volume with(Modification change) {
        return edit().modification(change).done();
    }

    /** The host has filled it. */
    public Volume filled() {
        return edit().filling(filling.map(Filling::finished)).done();
    }

    private VolumeEdit edit() {
        return new VolumeEdit(this);
    }
}
