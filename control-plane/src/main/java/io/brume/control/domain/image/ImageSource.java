package io.brume.control.domain.image;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Where hosts get an image from.
 *
 * @param url {@code file://} on the hosts or {@code http(s)://}
 * @param format null = found out by looking
 * @param sha256 lower-case hexadecimal; empty = not checked
 */
public record ImageSource(String url, @Nullable DiskFormat format, String sha256) {
    public ImageSource {
        requireNonNull(url);
        requireNonNull(sha256);
    }
}
