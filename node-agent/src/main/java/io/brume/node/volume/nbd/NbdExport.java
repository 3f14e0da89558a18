package io.brume.node.volume.nbd;

import java.nio.charset.StandardCharsets;

/**
 * What clients are told of a device.
 *
 * @param name 1 to 4,096 bytes of UTF-8; the empty name that a client may ask for means this export
 * @param description for people; at most 4,096 bytes
 * @param readOnly whether changes are refused
 */
public record NbdExport(String name, String description, boolean readOnly) {
    private static final int MAX_STRING = 4096;

    public NbdExport {
        if (name.isEmpty() || isUnfit(name) || isUnfit(description)) {
            throw new IllegalArgumentException("not a name or description: " + name);
        }
    }

    private static boolean isUnfit(String text) {
        return text.indexOf('\0') >= 0 || text.getBytes(StandardCharsets.UTF_8).length > MAX_STRING;
    }
}
