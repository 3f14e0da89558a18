package io.brume.control.domain.image;

import java.util.Arrays;
import java.util.Optional;

/** Where the import of an image stands. */
public enum ImportTaskState {
    ACTIVE("active"),
    COMPLETED("completed"),
    DELETING("deleting"),
    DELETED("deleted");

    private final String text;

    ImportTaskState(String text) {
        this.text = text;
    }

    /** The one that AWS writes so. */
    public static Optional<ImportTaskState> of(String text) {
        return Arrays.stream(values()).filter(v -> v.text.equals(text)).findFirst();
    }

    /** As AWS writes it. */
    @Override
    public String toString() {
        return text;
    }
}
