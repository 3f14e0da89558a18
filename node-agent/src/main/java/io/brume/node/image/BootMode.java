package io.brume.node.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a disk can be started, by a look at its partitions.
 *
 * <p>Source: UEFI Specification 2.10, chapter 5 (GPT disk layout).
 */
enum BootMode {
    BIOS("bios"),
    UEFI("uefi"),
    UEFI_PREFERRED("uefi-preferred"),
    DIRECT("direct");

    private static final int SECTOR = 512;
    private static final int CODE_BYTES = 440;
    private static final int MBR_ENTRIES = 446;
    private static final int MBR_EFI_SYSTEM = 0xef;
    // C12A7328-F81F-11D2-BA4B-00A0C93EC93B as stored: the first three fields are little-endian.
    private static final long EFI_SYSTEM_HIGH = 0x11d2f81fc12a7328L;
    private static final long EFI_SYSTEM_LOW = 0x3bc93ec9a0004bbaL;
    private static final int MAX_GPT_ENTRIES = 128;

    private final String apiName;

    BootMode(String apiName) {
        this.apiName = apiName;
    }

    String apiName() {
        return apiName;
    }

    static BootMode named(String name) throws IOException {
        for (BootMode mode : values()) {
            if (mode.apiName.equals(name)) {
                return mode;
            }
        }
        throw new IOException("not a boot mode: " + name);
    }

    /**
     * @param head the first MiB of the disk, or all of it
     */
    static BootMode of(byte[] head) {
        var disk = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        if (head.length < SECTOR || (disk.getShort(SECTOR - 2) & 0xffff) != 0xaa55) {
            return BIOS;
        }
        if (!efiSystemPartition(disk)) {
            return BIOS;
        }
        for (int i = 0; i < CODE_BYTES; i++) {
            if (head[i] != 0) {
                return UEFI_PREFERRED; // There is boot code for the BIOS, too.
            }
        }
        return UEFI;
    }

    private static boolean efiSystemPartition(ByteBuffer disk) {
        for (int entry = 0; entry < 4; entry++) {
            if ((disk.get(MBR_ENTRIES + 16 * entry + 4) & 0xff) == MBR_EFI_SYSTEM) {
                return true;
            }
        }
        if (disk.capacity() < 2 * SECTOR || disk.getLong(SECTOR) != 0x5452415020494645L) {
            return false;
        }
        long tableAt = disk.getLong(SECTOR + 72) * SECTOR;
        int count = Math.min(disk.getInt(SECTOR + 80), MAX_GPT_ENTRIES);
        int size = disk.getInt(SECTOR + 84);
        if (tableAt < 0 || size < 128 || size > 4096) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            long at = tableAt + (long) i * size;
            if (at + 16 > disk.capacity()) {
                return false;
            }
            if (disk.getLong((int) at) == EFI_SYSTEM_HIGH
                    && disk.getLong((int) at + 8) == EFI_SYSTEM_LOW) {
                return true;
            }
        }
        return false;
    }
}
