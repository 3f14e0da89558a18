package io.brume.node.ledger;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.LedgerEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this host was last told, and how far it had come with it: an append-only file of checksummed
 * entries, rewritten whole when most of it is outdated. What {@link #record} was given is on disk
 * when it returns. A torn or rotten end is cut off at the last good entry when the ledger is
 * opened; what was lost with it the control plane tells again, and nothing on the host is removed
 * because the ledger does not know it. Keys of volumes do not get into the file: {@link DataKeys}
 * has them, and completes what is read. Thread-safe.
 *
 * <p>An entry is its length (4 bytes), the CRC-32C of its bytes (4 bytes) and its bytes, a {@code
 * LedgerEntry}.
 */
public final class Ledger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int HEADER_BYTES = 8;
    private static final int MAX_ENTRY_BYTES = 32 << 20;
    private static final long SMALL_FILE_BYTES = 1 << 20;

    private final Path file;
    private final LedgerFiles files;
    private final DataKeys keys;
    private final Map<String, LedgerEntry> entries = new LinkedHashMap<>();
    private FileChannel channel;
    private long fileBytes;
    private long liveBytes;

    /** A write or fsync has failed: what the page cache shows of the file may be a lie. */
    private boolean suspect;

    private Ledger(Path file, DataKeys keys, LedgerFiles files) throws IOException {
        this.file = requireNonNull(file);
        this.keys = requireNonNull(keys);
        this.files = requireNonNull(files);
        this.channel = files.open(file, READ, WRITE, CREATE);
    }

    /**
     * Opens the ledger in a file, or a new one.
     *
     * @throws IOException when the disk fails
     */
    public static Ledger open(Path file) throws IOException {
        return open(file, DataKeys.inProcess());
    }

    /** As {@link #open(Path)}, with a place for the keys of volumes. */
    public static Ledger open(Path file, DataKeys keys) throws IOException {
        return open(file, keys, LedgerFiles.REAL);
    }

    static Ledger open(Path file, LedgerFiles files) throws IOException {
        return open(file, DataKeys.inProcess(), files);
    }

    private static Ledger open(Path file, DataKeys keys, LedgerFiles files) throws IOException {
        Path folder = requireNonNull(file.toAbsolutePath().getParent());
        Files.createDirectories(folder);
        Files.deleteIfExists(fresh(file));
        var ledger = new Ledger(file, keys, files);
        try {
            ledger.load();
            keys.retain(ledger.entries.keySet());
            files.syncFolder(folder);
        } catch (IOException e) {
            ledger.close();
            throw e;
        }
        return ledger;
    }

    private static Path fresh(Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    private synchronized void load() throws IOException {
        long good = 0;
        LedgerEntry entry;
        while ((entry = read(good)) != null) {
            good += HEADER_BYTES + entry.getSerializedSize();
            keep(entry);
        }
        if (good < channel.size()) {
            LOG.warn(
                    "{}: the last {} bytes cannot be read and are cut off",
                    file,
                    channel.size() - good);
            channel.truncate(good);
            channel.force(true);
        }
        fileBytes = good;
    }

    private @Nullable LedgerEntry read(long position) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        if (!fill(header, position)) {
            return null;
        }
        int length = header.getInt(0);
        if (length <= 0
                || length > MAX_ENTRY_BYTES
                || length > channel.size() - position - HEADER_BYTES) {
            return null;
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        if (!fill(body, position + HEADER_BYTES) || crc(body.array()) != header.getInt(4)) {
            return null;
        }
        LedgerEntry entry = LedgerEntry.parseFrom(body.array());
        return entry.getSerializedSize() == length ? entry : null;
    }

    private boolean fill(ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private void keep(LedgerEntry entry) {
        LedgerEntry before;
        if (entry.getForgotten()) {
            before = entries.remove(entry.getId());
            keys.forget(entry.getId());
        } else {
            LedgerEntry complete =
                    entry.getDesired().hasVolume()
                            ? entry.toBuilder()
                                    .setDesired(keys.complete(entry.getDesired()))
                                    .build()
                            : entry;
            before = entries.put(entry.getId(), complete);
        }
        liveBytes -= before == null ? 0 : HEADER_BYTES + stored(before).getSerializedSize();
        liveBytes += entry.getForgotten() ? 0 : HEADER_BYTES + stored(entry).getSerializedSize();
    }

    /** An entry as it is on the disk. */
    private static LedgerEntry stored(LedgerEntry entry) {
        Desired desired = entry.getDesired();
        Desired open = DataKeys.withoutKey(desired);
        return open.equals(desired) ? entry : entry.toBuilder().setDesired(open).build();
    }

    /** Everything that it holds, by id; words of volumes with their keys, if they are known. */
    public synchronized Map<String, LedgerEntry> entries() {
        return new LinkedHashMap<>(entries);
    }

    public synchronized Optional<LedgerEntry> entry(String id) {
        return Optional.ofNullable(entries.get(id));
    }

    /** A thing that is now desired so; how far the host had come with it is kept. */
    public static LedgerEntry wanted(String id, Desired desired, Optional<LedgerEntry> before) {
        var entry = LedgerEntry.newBuilder().setId(id).setDesired(desired);
        before.filter(LedgerEntry::hasReached).ifPresent(old -> entry.setReached(old.getReached()));
        return entry.build();
    }

    /** A thing that need not be remembered any more. */
    public static LedgerEntry forgotten(String id) {
        return LedgerEntry.newBuilder().setId(id).setForgotten(true).build();
    }

    /**
     * Writes entries down. They are on disk when this returns.
     *
     * @throws IOException when the disk is full or fails: the ledger then holds what it held before
     */
    public synchronized void record(Collection<LedgerEntry> news) throws IOException {
        append(news, true);
    }

    /**
     * Writes down how far an instance has come. A crash of the machine may lose it, one of the
     * agent does not.
     */
    public synchronized void reached(InstanceObservation reached) throws IOException {
        LedgerEntry before = entries.get(reached.getInstanceId());
        if (before != null && !before.getReached().equals(reached)) {
            append(List.of(before.toBuilder().setReached(reached).build()), false);
        }
    }

    private void append(Collection<LedgerEntry> news, boolean sync) throws IOException {
        int bytes = 0;
        for (LedgerEntry entry : news) {
            bytes += HEADER_BYTES + stored(entry).getSerializedSize();
        }
        if (bytes == 0) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        for (LedgerEntry entry : news) {
            put(buffer, entry);
        }
        buffer.flip();
        if (suspect) {
            rewrite();
            suspect = false;
        }
        try {
            write(channel, buffer, fileBytes);
            if (sync) {
                channel.force(false);
            }
        } catch (IOException e) {
            suspect = true;
            cutOff();
            throw e;
        }
        fileBytes += bytes;
        news.forEach(this::keep);
        if (fileBytes > SMALL_FILE_BYTES && fileBytes > 4 * liveBytes) {
            compact();
        }
    }

    private static void put(ByteBuffer buffer, LedgerEntry entry) {
        byte[] body = stored(entry).toByteArray();
        buffer.putInt(body.length).putInt(crc(body)).put(body);
    }

    private static void write(FileChannel to, ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            at += to.write(buffer, at);
        }
    }

    /** After a failed write: what it left must not be taken for entries. */
    private void cutOff() {
        try {
            channel.truncate(fileBytes);
        } catch (IOException e) {
            LOG.warn("{}: cannot cut off a half-written entry; its checksum will tell", file, e);
        }
    }

    private void compact() {
        try {
            rewrite();
        } catch (IOException e) {
            LOG.warn("{}: could not be rewritten; goes on growing", file, e);
        }
    }

    /**
     * The same entries in a new file, which takes the place of the old one at once or not at all.
     */
    private void rewrite() throws IOException {
        Path fresh = fresh(file);
        FileChannel compact = files.open(fresh, READ, WRITE, CREATE, TRUNCATE_EXISTING);
        long position = 0;
        try {
            for (LedgerEntry entry : entries.values()) {
                ByteBuffer buffer =
                        ByteBuffer.allocate(HEADER_BYTES + stored(entry).getSerializedSize());
                put(buffer, entry);
                buffer.flip();
                int bytes = buffer.remaining();
                write(compact, buffer, position);
                position += bytes;
            }
            compact.force(true);
            Files.move(fresh, file, ATOMIC_MOVE);
        } catch (IOException e) {
            compact.close();
            Files.deleteIfExists(fresh);
            throw e;
        }
        channel.close();
        channel = compact;
        fileBytes = position;
        files.syncFolder(requireNonNull(file.toAbsolutePath().getParent()));
    }

    /** The size of the file, for tests and metrics. */
    synchronized long fileBytes() {
        return fileBytes;
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
