package io.brume.common.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the files of Ratis's log into order before Ratis reads them, where it would refuse what is
 * safe to go on with.
 *
 * <p><b>A torn write.</b> Ratis fills the file that it appends to with zeros beforehand. When the
 * power fails between a write and its fsync, any of the write's sectors may be missing, and Ratis
 * refuses such a file. A missing sector is still zero: an entry that does not match its checksum
 * and has such a sector was torn, was never acknowledged, and goes, with all that follows. An entry
 * that is wrong in another way has rotted after it was acknowledged; the file stays as it is, and
 * the node does not start.
 *
 * <p><b>A log that ends before the checkpoint.</b> Everything in it is in the checkpoint; Ratis
 * would append behind a gap, and fails. The files are removed, and the log goes on after the
 * checkpoint.
 *
 * <p>An entry in a file: its length as a protobuf varint, its bytes, and a CRC-32C of both.
 */
final class LogFiles {
    private static final Logger LOG = LoggerFactory.getLogger(LogFiles.class);
    private static final Pattern OPEN = Pattern.compile("log_inprogress_(\\d+)");
    private static final Pattern CLOSED = Pattern.compile("log_(\\d+)-(\\d+)");
    private static final int HEADER = 8;
    private static final int CHECKSUM = 4;
    private static final int SECTOR = 512;
    private static final int MAX_ENTRY = 8 * 1024 * 1024;
    private static final int MAX_SEGMENT = 256 * 1024 * 1024;

    private LogFiles() {}

    /**
     * Puts a log directory in order; does nothing if there is none.
     *
     * @param checkpoint the index of the last durable checkpoint; -1 if there is none
     */
    static void repair(Path directory, long checkpoint) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> files = new ArrayList<>();
        long last = -1;
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path file : stream) {
                String name = file.getFileName().toString();
                Matcher closed = CLOSED.matcher(name);
                if (closed.matches()) {
                    files.add(file);
                    last = Math.max(last, Long.parseLong(closed.group(2)));
                } else if (OPEN.matcher(name).matches()) {
                    files.add(file);
                    last = Math.max(last, repairOpen(file));
                }
            }
        }
        if (!files.isEmpty() && last < checkpoint) {
            for (Path file : files) {
                Files.delete(file);
            }
            sync(directory);
            LOG.warn("the log ended at {}, before the checkpoint at {}", last, checkpoint);
        }
    }

    /** Cuts a torn write off and returns the index of the last entry; -1 if there is none. */
    private static long repairOpen(Path segment) throws IOException {
        if (Files.size(segment) > MAX_SEGMENT) {
            throw new IOException(segment.getFileName() + " is larger than any segment");
        }
        byte[] bytes = Files.readAllBytes(segment);
        int cut = tornFrom(bytes);
        if (cut >= 0) {
            try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                channel.truncate(cut);
                channel.force(true);
            }
            LOG.warn(
                    "cut a torn write of at most {} bytes, never acknowledged, off {}",
                    bytes.length - cut,
                    segment.getFileName());
        }
        return lastIndex(bytes);
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The index of the last sound entry; -1 if there is none. */
    private static long lastIndex(byte[] segment) throws IOException {
        int start = -1;
        int next = HEADER;
        int end = endOfEntry(segment, next);
        while (end >= 0 && isSound(segment, next, end)) {
            start = next;
            next = end;
            end = endOfEntry(segment, next);
        }
        if (start < 0) {
            return -1;
        }
        CodedInputStream entry =
                CodedInputStream.newInstance(segment, start, next - CHECKSUM - start);
        entry.readRawVarint32();
        return LogEntryProto.parseFrom(entry).getIndex();
    }

    /** Where a torn write begins; -1 if there is none, or what is there is not a torn write. */
    static int tornFrom(byte[] segment) {
        int position = HEADER;
        while (position < segment.length) {
            int end = endOfEntry(segment, position);
            if (end < 0 || !isSound(segment, position, end)) {
                break;
            }
            position = end;
        }
        if (position >= segment.length || isZero(segment, position, segment.length)) {
            return -1;
        }
        return hasZeroSector(segment, position) ? position : -1;
    }

    /** Where the entry that begins here ends by its own account; -1 if that cannot be. */
    private static int endOfEntry(byte[] segment, int start) {
        int length = 0;
        int position = start;
        for (int shift = 0; shift <= 28 && position < segment.length; shift += 7) {
            byte next = segment[position++];
            length |= (next & 0x7f) << shift;
            if (next >= 0) {
                boolean possible = length > 0 && length <= MAX_ENTRY;
                return possible ? position + length + CHECKSUM : -1;
            }
        }
        return -1;
    }

    private static boolean isSound(byte[] segment, int start, int end) {
        if (end > segment.length) {
            return false;
        }
        CRC32C checksum = new CRC32C();
        checksum.update(segment, start, end - CHECKSUM - start);
        int stored = ByteBuffer.wrap(segment, end - CHECKSUM, CHECKSUM).getInt();
        return (int) checksum.getValue() == stored;
    }

    /** Whether a sector's part of the entry that begins here is missing. */
    private static boolean hasZeroSector(byte[] segment, int start) {
        if (segment[start] == 0) {
            return isZero(segment, start, nextSector(segment, start));
        }
        int end = Math.min(segment.length, Math.max(start + 1, endOfEntry(segment, start)));
        int from = start;
        while (from < end) {
            int to = Math.min(end, nextSector(segment, from));
            if (isZero(segment, from, to)) {
                return true;
            }
            from = to;
        }
        return false;
    }

    private static int nextSector(byte[] segment, int position) {
        return Math.min(segment.length, (position / SECTOR + 1) * SECTOR);
    }

    private static boolean isZero(byte[] segment, int from, int to) {
        for (int i = from; i < to; i++) {
            if (segment[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
