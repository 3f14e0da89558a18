package io.brume.control.domain.image;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where hosts get an image from.
 *
 * @param url {@code file://} on the hosts, {@code http(s)://}, or {@code s3://} in this cloud
 * @param format null = found out by looking
 * @param sha256 lower-case hexadecimal; empty = not checked
 */
public record ImageSource(String url, @Nullable DiskFormat format, String sha256) {
    public ImageSource {
        requireNonNull(url);
        requireNonNull(sha256);
    }

    /** Where it is in the object store; empty when it is elsewhere. */
    public Optional<ObjectPlace> place() {
        return ObjectPlace.parse(url);
    }
}
