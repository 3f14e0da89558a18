package io.brume.control.domain.image;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.StateReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A template of a system disk (AMI).
 *
 * <pre>
 * pending ──(a host has it)──▶ available
 *    └─────(no host can)─────▶ failed
 * any ──(deregistered)──▶ deregistered ──(no instance has it)──▶ forgotten
 * </pre>
 *
 * @param name unique in the account
 * @param bootMode null = the host's default for it, or a kernel that is started directly
 * @param virtualSizeBytes of the disk as a guest sees it; 0 = not known yet
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
        ImageSource source,
        @Nullable BootMode bootMode,
        String rootDeviceName,
        List<ImageBlockDevice> blockDevices,
        long virtualSizeBytes,
        boolean enaSupport,
        boolean tokensRequired,
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
        requireNonNull(rootDeviceName);
        blockDevices = List.copyOf(blockDevices);
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

    /** The size of a root disk that has room for it, in GiB, at least 1. */
    public int minimumRootSizeGib() {
        long gib = (virtualSizeBytes + (1L << 30) - 1) >> 30;
        return (int) Math.max(1, gib);
    }

    public Image withDescription(String text) {
        return new Image(
                account,
                id,
                name,
                text,
                architecture,
                state,
                stateReason,
                source,
                bootMode,
                rootDeviceName,
                blockDevices,
                virtualSizeBytes,
                enaSupport,
                tokensRequired,
                launchPermissions,
                created,
                deprecated);
    }

    public Image withLaunchPermissions(LaunchPermissions permissions) {
        return new Image(
                account,
                id,
                name,
                description,
                architecture,
                state,
                stateReason,
                source,
                bootMode,
                rootDeviceName,
                blockDevices,
                virtualSizeBytes,
                enaSupport,
                tokensRequired,
                permissions,
                created,
                deprecated);
    }

    public Image withTokensRequired(boolean required) {
        return new Image(
                account,
                id,
                name,
                description,
                architecture,
                state,
                stateReason,
                source,
                bootMode,
                rootDeviceName,
                blockDevices,
                virtualSizeBytes,
                enaSupport,
                required,
                launchPermissions,
                created,
                deprecated);
    }

    public Image withDeprecated(@Nullable Instant when) {
        return new Image(
                account,
                id,
                name,
                description,
                architecture,
                state,
                stateReason,
                source,
                bootMode,
                rootDeviceName,
                blockDevices,
                virtualSizeBytes,
                enaSupport,
                tokensRequired,
                launchPermissions,
                created,
                when);
    }

    /** A host has read it: this is what it saw. */
    public Image available(
            long sizeBytes, @Nullable BootMode seenBootMode, String seenDescription) {
        return new Image(
                account,
                id,
                name,
                description.isEmpty() ? seenDescription : description,
                architecture,
                ImageState.AVAILABLE,
                null,
                source,
                bootMode == null ? seenBootMode : bootMode,
                rootDeviceName,
                blockDevices,
                sizeBytes,
                enaSupport,
                tokensRequired,
                launchPermissions,
                created,
                deprecated);
    }

    public Image failed(StateReason reason) {
        return new Image(
                account,
                id,
                name,
                description,
                architecture,
                ImageState.FAILED,
                reason,
                source,
                bootMode,
                rootDeviceName,
                blockDevices,
                virtualSizeBytes,
                enaSupport,
                tokensRequired,
                launchPermissions,
                created,
                deprecated);
    }

    /** No longer to be seen; its disk stays for the instances that were made from it. */
    public Image deregistered() {
        return new Image(
                account,
                id,
                name,
                description,
                architecture,
                ImageState.DEREGISTERED,
                null,
                source,
                bootMode,
                rootDeviceName,
                blockDevices,
                virtualSizeBytes,
                enaSupport,
                tokensRequired,
                LaunchPermissions.NONE,
                created,
                deprecated);
    }

    /** Whether users can see it. */
    public boolean isRegistered() {
        return state != ImageState.DEREGISTERED;
    }
}
