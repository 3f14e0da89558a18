package io.brume.control.domain.image;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import java.time.Instant;

/**
 * The import of an image, as its caller follows it.
 *
 * <pre>
 * active ──▶ completed
 *    ├──(cancelled)──▶ deleting ──▶ deleted
 *    └──(failed)─────────────────▶ deleted, with a message
 * </pre>
 *
 * @param progressPercent 0 to 100
 * @param statusMessage for people
 * @param imageId what it makes; shown once it is completed
 * @param platform Linux or Windows
 */
public record ImportTask(
        AccountId account,
        ImportTaskId id,
        String description,
        ImportTaskState state,
        int progressPercent,
        String statusMessage,
        ImageId imageId,
        ImageSource source,
        Architecture architecture,
        String platform,
        String licenseType,
        Instant created) {
    public ImportTask {
        requireNonNull(account);
        requireNonNull(id);
        requireNonNull(description);
        requireNonNull(state);
        requireNonNull(statusMessage);
        requireNonNull(imageId);
        requireNonNull(source);
        requireNonNull(architecture);
        requireNonNull(platform);
        requireNonNull(licenseType);
        requireNonNull(created);
        if (progressPercent < 0 || progressPercent > 100) {
            throw new IllegalArgumentException("not a percentage: " + progressPercent);
        }
    }

    public Owned<ImportTaskId> key() {
        return new Owned<>(account, id);
    }

    public Owned<ImageId> image() {
        return new Owned<>(account, imageId);
    }

    public ImportTask in(ImportTaskState newState, int percent, String message) {
        return new ImportTask(
                account,
                id,
                description,
                newState,
                percent,
                message,
                imageId,
                source,
                architecture,
                platform,
                licenseType,
                created);
    }
}
