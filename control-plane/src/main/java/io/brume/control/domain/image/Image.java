package io.brume.control.domain.image;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.StateReason;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.snapshot.SnapshotId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A template of an instance's volumes (AMI): snapshots, and how the system in them is started.
 *
 * <pre>
 * pending ──(all its snapshots are complete)──▶ available
 *    └─────(one of them cannot be made)───────▶ failed
 * any ──(deregistered)──▶ deregistered ──(nothing starts with its kernel)──▶ forgotten
 * </pre>
 *
 * @param name unique in the account
 * @param source where a host imports its root from; empty = it is made of snapshots
 * @param bootMode null = the host's default for it, or a kernel that is started directly
 * @param bootImage the image whose kernel its instances are started with, which may be itself;
 *     empty = firmware starts the system
 * @param virtualSizeBytes of the disk that was imported, as a guest sees it; 0 = not known
 * @param sourceInstance what it was made of by CreateImage
 * @param deprecated null = never
 */
public record Image(
        AccountId account,
        ImageId id,
        String name,
        String description,
        Architecture architecture,
        ImageState state,
        @Nullable StateReason stateReason,
        Optional<ImageSource> source,
        @Nullable BootMode bootMode,
        Optional<ImageId> bootImage,
        String rootDeviceName,
        List<ImageBlockDevice> blockDevices,
        long virtualSizeBytes,
        boolean enaSupport,
        boolean tokensRequired,
        Optional<InstanceId> sourceInstance,
        LaunchPermissions launchPermissions,
        Instant created,
        @Nullable Instant deprecated) {
    public Image {
        requireNonNull(account);
        requireNonNull(id);
        requireNonNull(name);
        requireNonNull(description);
        requireNonNull(architecture);
        requireNonNull(state);
        requireNonNull(source);
        requireNonNull(bootImage);
        requireNonNull(rootDeviceName);
        blockDevices = List.copyOf(blockDevices);
        requireNonNull(sourceInstance);
        requireNonNull(launchPermissions);
        requireNonNull(created);
    }

    public Owned<ImageId> key() {
        return new Owned<>(account, id);
    }

    /** Whether an account may see it and make instances from it. */
    public boolean isLaunchableBy(AccountId caller) {
        return account.equals(caller)
                || launchPermissions.everyone()
                || launchPermissions.accounts().contains(caller);
    }

    /** The size of a volume that has room for the disk that was imported, in GiB, at least 1. */
    public int importedSizeGib() {
        long gib = (virtualSizeBytes + (1L << 30) - 1) >> 30;
        return (int) Math.max(1, gib);
    }

    /** The volume that its system is on. */
    public Optional<ImageBlockDevice> root() {
        return blockDevices.stream()
                .filter(device -> device.deviceName().equals(rootDeviceName))
                .findFirst();
    }

    /** What its root begins as. */
    public Optional<SnapshotId> rootSnapshot() {
        return root().flatMap(ImageBlockDevice::snapshot);
    }

    /** The snapshots that it is made of. */
    public List<SnapshotId> snapshots() {
        return blockDevices.stream().flatMap(device -> device.snapshot().stream()).toList();
    }

    public Image withDescription(String text) {
        return new ImageEdit(this).description(text).done();
    }

    public Image withLaunchPermissions(LaunchPermissions permissions) {
        return new ImageEdit(this).launchPermissions(permissions).done();
    }

    public Image withTokensRequired(boolean required) {
        return new ImageEdit(this).tokensRequired(required).done();
    }

    public Image withDeprecated(@Nullable Instant when) {
        return new ImageEdit(this).deprecated(when).done();
    }

    public Image withBlockDevices(List<ImageBlockDevice> devices) {
        return new ImageEdit(this).blockDevices(devices).done();
    }

    /**
     * A host has read it: this is what it saw.
     *
     * @param direct whether a kernel comes with it, which is started without firmware
     */
    public Image read(
            long sizeBytes,
            @Nullable BootMode seenBootMode,
            boolean direct,
            String seenDescription) {
        return new ImageEdit(this)
                .description(description.isEmpty() ? seenDescription : description)
                .bootMode(bootMode == null ? seenBootMode : bootMode)
                .bootImage(direct ? Optional.of(id) : Optional.empty())
                .virtualSizeBytes(sizeBytes)
                .done();
    }

    /** Its root is to begin as this. */
    public Image withRootSnapshot(SnapshotId snapshot) {
        return withBlockDevices(
                blockDevices.stream()
                        .map(device ->
                                device.deviceName().equals(rootDeviceName)
                                        ? device.with(snapshot, false)
                                        : device)
                        .toList());
    }

    /** Another image like it, of other snapshots, which starts with the same kernel. */
    public Image copy(
            AccountId owner,
            ImageId other,
            String otherName,
            String otherDescription,
            List<ImageBlockDevice> devices,
            Instant now) {
        return new Image(
                owner,
                other,
                otherName,
                otherDescription,
                architecture,
                ImageState.PENDING,
                null,
                Optional.empty(),
                bootMode,
                bootImage,
                rootDeviceName,
                devices,
                0,
                enaSupport,
                tokensRequired,
                Optional.empty(),
                LaunchPermissions.NONE,
                now,
                null);
    }

    /** It is to be imported again, since nothing that instances could begin as is left of it. */
    public Image pending() {
        return new ImageEdit(this).state(ImageState.PENDING, null).done();
    }

    public Image available() {
        return new ImageEdit(this).state(ImageState.AVAILABLE, null).done();
    }

    public Image failed(StateReason reason) {
        return new ImageEdit(this).state(ImageState.FAILED, reason).done();
    }

    /** No longer to be seen; its kernel stays for what is started with it. */
    public Image deregistered() {
        return new ImageEdit(this)
                .state(ImageState.DEREGISTERED, null)
                .launchPermissions(LaunchPermissions.NONE)
                .done();
    }

    /** Whether a host is still to read its disk into a volume. */
    public boolean isImported() {
        return state == ImageState.PENDING && source.isPresent() && rootSnapshot().isEmpty();
    }

    /** Whether users can see it. */
    public boolean isRegistered() {
        return state != ImageState.DEREGISTERED;
    }
}
