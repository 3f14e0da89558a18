package io.brume.control.domain.image;

import static java.util.Objects.requireNonNull;

/** Why an image is in its state: a code for programs, a message for people. */
public record StateReason(String code, String message) {
    public StateReason {
        requireNonNull(code);
        requireNonNull(message);
    }
}
