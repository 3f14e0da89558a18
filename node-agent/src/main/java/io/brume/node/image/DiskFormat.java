package io.brume.node.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The formats of disk images: which one a file has, and whether it keeps to itself. A qcow2, VMDK
 * or VHD file can name other files, which a program that opens it would then open as well; those
 * are refused before any does.
 *
 * <p>Sources: QEMU's docs/interop/qcow2.txt; VMware's Virtual Disk Format 5.0; Microsoft's Virtual
 * Hard Disk Image Format Specification.
 */
enum DiskFormat {
    RAW("raw"),
    QCOW2("qcow2"),
    VMDK("vmdk"),
    VHD("vpc"),
    VHDX("vhdx");

    private static final int QCOW2_EXTERNAL_DATA = 4;
    private static final int QCOW2_CORRUPT = 2;
    private static final int SECTOR = 512;
    private static final int MAX_DESCRIPTOR_BYTES = 64 * 1024;
    private static final Pattern EXTENT = Pattern.compile("(?m)^(RW|RDONLY|NOACCESS)\\s");

    private final String qemuName;

    DiskFormat(String qemuName) {
        this.qemuName = qemuName;
    }

    /** What {@code qemu-img} calls it. */
    String qemuName() {
        return qemuName;
    }

    /** By the name that the API uses. */
    static Optional<DiskFormat> named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "raw" -> Optional.of(RAW);
            case "qcow2" -> Optional.of(QCOW2);
            case "vmdk" -> Optional.of(VMDK);
            case "vhd" -> Optional.of(VHD);
            case "vhdx" -> Optional.of(VHDX);
            default -> Optional.empty();
        };
    }

    /** The name that the API uses. */
    String apiName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Looks at a file; raw when nothing else fits. */
    static DiskFormat of(Path file) throws IOException {
        try (var channel = FileChannel.open(file)) {
            String start = text(channel, 0, 64);
            if (start.startsWith("QFI\u00fb")) {
                return QCOW2;
            }
            if (start.startsWith("KDMV")
                    || start.startsWith("COWD")
                    || start.startsWith("# Disk")) {
                return VMDK;
            }
            if (start.startsWith("vhdxfile")) {
                return VHDX;
            }
            if (start.startsWith("conectix")
                    || text(channel, channel.size() - SECTOR, 8).equals("conectix")) {
                return VHD;
            }
            refuseArchives(start);
            return RAW;
        }
    }

    private static void refuseArchives(String start) throws IOException {
        if (start.startsWith("\u001f\u008b")
                || start.startsWith("\u00fd7zXZ")
                || start.startsWith("(\u00b5/\u00fd")
                || start.startsWith("BZh")
                || start.startsWith("PK\u0003\u0004")) {
            throw new IOException("the file is compressed: unpack it and import what is in it");
        }
    }

    /** Throws if the file is not of this format, or names another file. */
    void check(Path file) throws IOException {
        try (var channel = FileChannel.open(file)) {
            switch (this) {
                case RAW -> checkRaw(channel);
                case QCOW2 -> checkQcow2(channel);
                case VMDK -> checkVmdk(channel);
                case VHD -> checkVhd(channel);
                case VHDX -> require(text(channel, 0, 8).equals("vhdxfile"), "not a VHDX file");
            }
        } catch (EOFException e) {
            throw new IOException("the file is cut off", e);
        }
    }

    private static void checkRaw(FileChannel channel) throws IOException {
        require(
                channel.size() > 0 && channel.size() % SECTOR == 0,
                "not a raw disk image: its size is no multiple of 512 bytes");
    }

    private static void checkQcow2(FileChannel channel) throws IOException {
        var header = read(channel, 0, 104);
        require(header.getInt(0) == 0x514649fb, "not a qcow2 file");
        int version = header.getInt(4);
        require(version == 2 || version == 3, "a qcow2 file of an unknown version");
        require(
                header.getLong(8) == 0 && header.getInt(16) == 0,
                "the image has a backing file: convert it to one that stands alone with qemu-img"
                        + " convert");
        require(header.getInt(32) == 0, "the image is encrypted");
        if (version == 3) {
            long features = header.getLong(72);
            require(
                    (features & QCOW2_EXTERNAL_DATA) == 0,
                    "the image keeps its data in another file: convert it to one that stands alone"
                            + " with qemu-img convert");
            require((features & QCOW2_CORRUPT) == 0, "the image is marked as corrupt");
        }
    }

    private static void checkVmdk(FileChannel channel) throws IOException {
        var header = read(channel, 0, SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        require(
                header.getInt(0) == 0x564d444b,
                "a VMDK that names other files, or of an old kind: export it as one file"
                        + " (monolithicSparse or streamOptimized)");
        long capacity = header.getLong(12);
        long descriptorAt = header.getLong(28) * SECTOR;
        long descriptorBytes = header.getLong(36) * SECTOR;
        require(
                capacity > 0
                        && descriptorAt > 0
                        && descriptorBytes > 0
                        && descriptorBytes <= MAX_DESCRIPTOR_BYTES,
                "a VMDK without a description of itself");
        String descriptor = text(channel, descriptorAt, (int) descriptorBytes);
        String lower = descriptor.toLowerCase(Locale.ROOT);
        require(
                lower.contains("createtype=\"monolithicsparse\"")
                        || lower.contains("createtype=\"streamoptimized\""),
                "a VMDK of more than one file: export it as one (monolithicSparse or"
                        + " streamOptimized)");
        require(!lower.contains("parentfilenamehint"), "the VMDK is a difference to another file");
        require(
                EXTENT.matcher(descriptor).results().count() == 1,
                "a VMDK of more than one file: export it as one");
    }

    private static void checkVhd(FileChannel channel) throws IOException {
        ByteBuffer footer = read(channel, Math.max(0, channel.size() - SECTOR), SECTOR);
        if (footer.getLong(0) != 0x636f6e6563746978L) {
            footer = read(channel, 0, SECTOR);
        }
        require(footer.getLong(0) == 0x636f6e6563746978L, "not a VHD file");
        int type = footer.getInt(60);
        require(type != 4, "the VHD is a difference to another file: merge it with its parent");
        require(type == 2 || type == 3, "a VHD of an unknown kind");
    }

    private static void require(boolean condition, String reason) throws IOException {
        if (!condition) {
            throw new IOException(reason);
        }
    }

    private static String text(FileChannel channel, long at, int length) throws IOException {
        if (at < 0) {
            return "";
        }
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {}
        return new String(buffer.array(), 0, buffer.position(), ISO_8859_1);
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new EOFException();
            }
        }
        return buffer.flip();
    }
}
