package io.brume.control.domain.tag;

import static java.util.Objects.requireNonNull;

/**
 * One tag.
 *
 * @param key 1 to 128 characters
 * @param value at most 256 characters
 */
public record Tag(String key, String value) {
    public Tag {
        requireNonNull(key);
        requireNonNull(value);
    }
}
