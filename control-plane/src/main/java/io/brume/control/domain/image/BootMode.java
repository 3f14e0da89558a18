package io.brume.control.domain.image;

import java.util.Arrays;
import java.util.Optional;

/** How firmware finds the system of an image. */
public enum BootMode {
    LEGACY_BIOS("legacy-bios"),
    UEFI("uefi"),
    UEFI_PREFERRED("uefi-preferred");

    private final String text;

    BootMode(String text) {
        this.text = text;
    }

    /** The one that AWS writes so. */
    public static Optional<BootMode> of(String text) {
        return Arrays.stream(values()).filter(v -> v.text.equals(text)).findFirst();
    }

    /** As AWS writes it. */
    @Override
    public String toString() {
        return text;
    }
}
