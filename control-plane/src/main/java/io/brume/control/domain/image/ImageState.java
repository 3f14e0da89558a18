package io.brume.control.domain.image;

import java.util.Arrays;
import java.util.Optional;

/** Whether instances can be made from an image. */
public enum ImageState {
    PENDING("pending"),
    AVAILABLE("available"),
    FAILED("failed"),
    /** Gone for users; kept while an instance still has its disk. */
    DEREGISTERED("deregistered");

    private final String text;

    ImageState(String text) {
        this.text = text;
    }

    /** The one that AWS writes so. */
    public static Optional<ImageState> of(String text) {
        return Arrays.stream(values()).filter(v -> v.text.equals(text)).findFirst();
    }

    /** As AWS writes it. */
    @Override
    public String toString() {
        return text;
    }
}
