package io.brume.control.domain.image;

import io.brume.control.domain.StateReason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A copy of an image on its way to becoming another one. Used by one thread, then dropped. */
final class ImageEdit {
    private final Image from;
    private String description;
    private ImageState state;
    private @Nullable StateReason stateReason;
    private @Nullable BootMode bootMode;
    private Optional<ImageId> bootImage;
    private List<ImageBlockDevice> blockDevices;
    private long virtualSizeBytes;
    private boolean tokensRequired;
    private LaunchPermissions launchPermissions;
    private @Nullable Instant deprecated;

    ImageEdit(Image from) {
        this.from = from;
        this.description = from.description();
        this.state = from.state();
        this.stateReason = from.stateReason();
        this.bootMode = from.bootMode();
        this.bootImage = from.bootImage();
        this.blockDevices = from.blockDevices();
        this.virtualSizeBytes = from.virtualSizeBytes();
        this.tokensRequired = from.tokensRequired();
        this.launchPermissions = from.launchPermissions();
        this.deprecated = from.deprecated();
    }

    ImageEdit description(String value) {
        description = value;
        return this;
    }

    ImageEdit state(ImageState value, @Nullable StateReason why) {
        state = value;
        stateReason = why;
        return this;
    }

    ImageEdit bootMode(@Nullable BootMode value) {
        bootMode = value;
        return this;
    }

    ImageEdit bootImage(Optional<ImageId> value) {
        bootImage = value;
        return this;
    }

    ImageEdit blockDevices(List<ImageBlockDevice> value) {
        blockDevices = value;
        return this;
    }

    ImageEdit virtualSizeBytes(long value) {
        virtualSizeBytes = value;
        return this;
    }

    ImageEdit tokensRequired(boolean value) {
        tokensRequired = value;
        return this;
    }

    ImageEdit launchPermissions(LaunchPermissions value) {
        launchPermissions = value;
        return this;
    }

    ImageEdit deprecated(@Nullable Instant value) {
        deprecated = value;
        return this;
    }

    /** The image as it is now. */
    Image done() {
        return new Image(
                from.account(),
                from.id(),
                from.name(),
                description,
                from.architecture(),
                state,
                stateReason,
                from.source(),
                bootMode,
                bootImage,
                from.rootDeviceName(),
                blockDevices,
                virtualSizeBytes,
                from.enaSupport(),
                tokensRequired,
                from.sourceInstance(),
                launchPermissions,
                from.created(),
                deprecated);
    }
}
