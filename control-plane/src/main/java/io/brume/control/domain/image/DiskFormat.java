package io.brume.control.domain.image;

import java.util.Arrays;
import java.util.Optional;

/**
 * What an image is read from. A bundle is a folder or tar with a kernel and image.json; OVA a tar
 * with a VMDK.
 */
public enum DiskFormat {
    RAW("raw"),
    QCOW2("qcow2"),
    VMDK("vmdk"),
    VHD("vhd"),
    OVA("ova"),
    BUNDLE("bundle");

    private final String text;

    DiskFormat(String text) {
        this.text = text;
    }

    /** The one that AWS writes so. */
    public static Optional<DiskFormat> of(String text) {
        return Arrays.stream(values()).filter(v -> v.text.equals(text)).findFirst();
    }

    /** As AWS writes it. */
    @Override
    public String toString() {
        return text;
    }
}
