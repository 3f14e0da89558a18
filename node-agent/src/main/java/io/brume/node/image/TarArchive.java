package io.brume.node.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the plain files out of a tar archive: names without folders, no links, no devices, bounded
 * in number and size. That is all an OVA or a bundle needs.
 *
 * <p>Source: POSIX.1-2017, pax, "ustar Interchange Format", with GNU's binary sizes.
 */
final class TarArchive {
    private static final int BLOCK = 512;
    private static final int MAX_ENTRIES = 64;

    private TarArchive() {}

    static boolean is(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] header = in.readNBytes(BLOCK);
            return header.length == BLOCK && new String(header, 257, 5, US_ASCII).equals("ustar");
        }
    }

    /** Unpacks into an empty folder. Returns the names, in the archive's order. */
    static List<String> unpack(Path archive, Path into, long maxBytes) throws IOException {
        var names = new ArrayList<String>();
        long total = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), 1 << 16)) {
            for (byte[] header = block(in); !empty(header); header = block(in)) {
                long size = size(header);
                total += size;
                if (total > maxBytes || names.size() >= MAX_ENTRIES) {
                    throw new IOException("the archive holds too much");
                }
                char type = (char) header[156];
                if (type == '0' || type == 0) {
                    String name = name(header);
                    if (name.startsWith(".")) {
                        in.skipNBytes(size); // What tools leave for themselves.
                    } else {
                        copy(in, into.resolve(name), size);
                        names.add(name);
                    }
                } else if (type == '5' || type == 'x' || type == 'g') {
                    in.skipNBytes(size);
                } else {
                    throw new IOException("the archive holds something else than plain files");
                }
                in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
            }
        } catch (EOFException e) {
            throw new IOException("the archive is cut off", e);
        }
        return names;
    }

    private static byte[] block(InputStream in) throws IOException {
        byte[] block = in.readNBytes(BLOCK);
        if (block.length == 0) {
            return new byte[BLOCK]; // Some writers leave out the empty blocks at the end.
        }
        if (block.length < BLOCK) {
            throw new EOFException();
        }
        return block;
    }

    private static boolean empty(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static String name(byte[] header) throws IOException {
        String name = text(header, 0, 100);
        while (name.startsWith("./")) {
            name = name.substring(2);
        }
        if (!name.matches("[A-Za-z0-9_.][A-Za-z0-9_ .+()-]{0,98}")) {
            throw new IOException("the archive holds a file with a name that is not allowed");
        }
        return name;
    }

    private static long size(byte[] header) throws IOException {
        if ((header[124] & 0x80) != 0) {
            long size = 0;
            for (int i = 128; i < 136; i++) {
                size = size << 8 | (header[i] & 0xff);
            }
            if (size >= 0) {
                return size;
            }
            throw new IOException("not a tar archive");
        }
        String digits = text(header, 124, 12).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new IOException("not a tar archive", e);
        }
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, UTF_8);
    }

    private static void copy(InputStream in, Path to, long size) throws IOException {
        byte[] buffer = new byte[1 << 16];
        try (OutputStream out =
                Files.newOutputStream(
                        to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long left = size; left > 0; ) {
                int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (n < 0) {
                    throw new EOFException();
                }
                out.write(buffer, 0, n);
                left -= n;
            }
        }
    }
}
