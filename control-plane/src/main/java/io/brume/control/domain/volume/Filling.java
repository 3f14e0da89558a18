package io.brume.control.domain.volume;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.image.ImageId;

/**
 * What a new volume is filled with by the host that serves it, before anybody may have it.
 *
 * @param done whether all of it is there, and durable
 */
public record Filling(Source source, boolean done) {
    public Filling {
        requireNonNull(source);
    }

    /** Where the bytes come from. */
    public sealed interface Source {}

    /** The disk of an image that the host has imported. */
    public record OfImage(ImageId image) implements Source {
        public OfImage {
            requireNonNull(image);
        }
    }

    /** Another volume, which the same host serves: how content is encrypted anew. */
    public record OfVolume(VolumeId volume) implements Source {
        public OfVolume {
            requireNonNull(volume);
        }
    }

    /** The same, done. */
    public Filling finished() {
        return new Filling(source, true);
    }
}
