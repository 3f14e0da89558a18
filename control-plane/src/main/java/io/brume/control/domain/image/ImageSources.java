package io.brume.control.domain.image;

import io.brume.common.aws.Fault;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where users may let hosts read images from. Hosts read as root, so files are confined to folders
 * that the operator names: else any user could read any file of a host as a disk.
 *
 * @param fileRoots absolute folders; empty = no files at all
 * @param web whether {@code http://} and {@code https://} are allowed
 */
public record ImageSources(List<Path> fileRoots, boolean web) {
    private static final int MAX_URL = 2048;

    public ImageSources {
        fileRoots = fileRoots.stream().map(Path::normalize).toList();
        if (!fileRoots.stream().allMatch(Path::isAbsolute)) {
            throw new IllegalArgumentException("folders of images are absolute: " + fileRoots);
        }
    }

    /**
     * A source that is allowed.
     *
     * @param formatText as a caller writes it, in any case; null = found out by looking
     * @throws Fault {@code InvalidParameterValue}
     */
    public ImageSource checked(String url, @Nullable String formatText) {
        if (url.length() > MAX_URL) {
            throw invalid(url.substring(0, MAX_URL), "it is longer than 2048 characters");
        }
        return new ImageSource(checkedUrl(url), format(formatText), "");
    }

    private String checkedUrl(String url) {
        if (ObjectPlace.isMeant(url)) {
            return ObjectPlace.parse(url)
                    .orElseThrow(() -> invalid(url, "an object is named as s3://BUCKET/KEY"))
                    .toString();
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw invalid(url, "it is no URL");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "file" -> file(url, uri);
            case "http", "https" -> web(url, uri);
            default -> throw invalid(url, "use file://, http://, https:// or s3://");
        };
    }

    private String file(String url, URI uri) {
        String path = uri.getPath();
        boolean local = uri.getHost() == null || uri.getHost().isEmpty();
        if (!local || path == null || !path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw invalid(url, "a file is named as file:///folder/file");
        }
        Path file = Path.of(path).normalize();
        if (fileRoots.stream().noneMatch(file::startsWith)) {
            throw invalid(url, "the operator does not allow images from this folder");
        }
        return "file://" + uri.getRawPath();
    }

    private String web(String url, URI uri) {
        if (!web) {
            throw invalid(url, "the operator does not allow images from the web");
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw invalid(url, "it needs a host and may have no user");
        }
        return url;
    }

    private static @Nullable DiskFormat format(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        return DiskFormat.of(text.toLowerCase(Locale.ROOT))
                .orElseThrow(() ->
                        Fault.invalid(
                                "InvalidParameterValue",
                                "The disk image format '%s' is not supported: use RAW,"
                                                .formatted(text)
                                        + " QCOW2, VMDK, VHD, OVA or BUNDLE."));
    }

    private static Fault invalid(String url, String why) {
        return Fault.invalid(
                "InvalidParameterValue",
                "The image location '%s' is not valid: %s.".formatted(url, why));
    }
}
