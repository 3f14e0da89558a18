package io.brume.node.image;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a {@link HostImageStore} is set up.
 *
 * @param root the folder that holds images; made when missing
 * @param allowedFolders {@code file:} sources lie below one of them
 * @param localAddresses whether {@code http:} sources may be on this host or in its link-local
 *     range; where tenants may import, they could otherwise read what only this host may see
 * @param maxDownloadBytes largest file that is fetched or unpacked
 * @param maxVirtualBytes largest disk that an image may describe
 * @param idleTimeout a download that stands still this long fails
 * @param conversionTimeout longest conversion
 * @param worker the user and group that looks at what strangers send; owns nothing else
 */
public record ImageSettings(
        Path root,
        List<Path> allowedFolders,
        boolean localAddresses,
        long maxDownloadBytes,
        long maxVirtualBytes,
        Duration idleTimeout,
        Duration conversionTimeout,
        int worker) {
    public ImageSettings {
        root = root.toAbsolutePath().normalize();
        allowedFolders = List.copyOf(allowedFolders);
        requireNonNull(idleTimeout);
        requireNonNull(conversionTimeout);
        if (maxDownloadBytes < 1 || maxVirtualBytes < 1 || worker < 1000) {
            throw new IllegalArgumentException(
                    "limits must be positive, the worker no system user");
        }
    }

    /** The usual: 64 GiB to fetch, 2 TiB disks, an hour to convert. */
    public static ImageSettings in(Path root, List<Path> allowedFolders, int worker) {
        return new ImageSettings(
                root,
                allowedFolders,
                false,
                64L << 30,
                2L << 40,
                Duration.ofSeconds(60),
                Duration.ofHours(1),
                worker);
    }
}
