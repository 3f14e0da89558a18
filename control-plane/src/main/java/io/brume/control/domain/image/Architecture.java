package io.brume.control.domain.image;

import java.util.Arrays;
import java.util.Optional;

/** What kind of processor an image needs. */
public enum Architecture {
    X86_64("x86_64"),
    ARM64("arm64");

    private final String text;

    Architecture(String text) {
        this.text = text;
    }

    /** The one that AWS writes so. */
    public static Optional<Architecture> of(String text) {
        return Arrays.stream(values()).filter(v -> v.text.equals(text)).findFirst();
    }

    /** As AWS writes it. */
    @Override
    public String toString() {
        return text;
    }
}
