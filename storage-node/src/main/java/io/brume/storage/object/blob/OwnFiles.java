package io.brume.storage.object.blob;

import io.brume.storage.block.files.BlockFile;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs that are files of their own, called by their names and lengths, on shelves by the last byte
 * of their names. A file gets its name when it is whole and durable, so whatever has one is.
 * Thread-safe.
 */
final class OwnFiles {
    static final String UNFINISHED = ".new";

    private static final Logger LOG = LoggerFactory.getLogger(OwnFiles.class);

    private final BlockFiles files;
    private final Path folder;
    private final BufferPool readers;
    private final AtomicLong begun = new AtomicLong();
    private final Set<Path> shelves = ConcurrentHashMap.newKeySet();

    OwnFiles(BlockFiles files, Path folder, BufferPool readers) {
        this.files = files;
        this.folder = folder;
        this.readers = readers;
    }

    /** Is told what is there when it is opened. */
    @FunctionalInterface
    interface Visitor {
        void visit(BlobId id, long length) throws IOException;
    }

    /** Deletes what was not finished, and tells the rest. */
    void open(Visitor visitor) throws IOException {
        files.createFolders(folder);
        for (String shelf : files.list(folder)) {
            Path at = folder.resolve(shelf);
            shelves.add(at);
            for (String name : files.list(at)) {
                if (name.endsWith(UNFINISHED)) {
                    files.delete(at.resolve(name));
                } else {
                    visit(at, name, visitor);
                }
            }
        }
    }

    private static void visit(Path shelf, String name, Visitor visitor) throws IOException {
        if (!name.matches("[0-9a-f]{32}-[0-9a-f]{1,7}")) {
            LOG.warn("{} is no blob; left alone", shelf.resolve(name));
            return;
        }
        visitor.visit(
                new BlobId(
                        Long.parseUnsignedLong(name, 0, 16, 16),
                        Long.parseUnsignedLong(name, 16, 32, 16)),
                Integer.parseInt(name, 33, name.length(), 16));
    }

    private Path shelf(BlobId id) {
        return folder.resolve("%02x".formatted(id.low() & 0xff));
    }

    private Path path(BlobId id, long length) {
        return shelf(id).resolve(id + "-" + Long.toHexString(length));
    }

    /** A file that is being written. */
    BlobFile begin(BlobId id) throws IOException {
        Path shelf = shelf(id);
        if (!shelves.contains(shelf)) {
            files.createFolders(shelf);
            shelves.add(shelf);
        }
        // The same blob may come twice at a time.
        Path fresh = shelf.resolve(id + "-" + begun.incrementAndGet() + UNFINISHED);
        return new BlobFile(fresh, files.open(fresh));
    }

    /** Where the bytes of a blob go. One thread. */
    final class BlobFile {
        private final Path fresh;
        private final BlockFile file;

        BlobFile(Path fresh, BlockFile file) {
            this.fresh = fresh;
            this.file = file;
        }

        BlockFile file() {
            return file;
        }

        /** Makes durable what was written, and gives it its name. */
        void finish(Blob blob, byte[] claim, long writtenMillis, int[] sums) throws IOException {
            ByteBuffer header = readers.takeAlways();
            try {
                BlobHeader.write(
                        header,
                        blob,
                        claim,
                        writtenMillis,
                        BlobHeader.OWN_FILE_DATA_AT,
                        0,
                        0,
                        0,
                        sums);
                file.write(header.flip(), 0);
            } finally {
                readers.give(header);
            }
            file.force();
            files.replace(fresh, path(blob.id(), blob.length()));
            files.forceFolder(shelf(blob.id()));
        }

        void close() {
            try {
                file.close();
            } catch (IOException e) {
                LOG.warn("{} cannot be closed: {}", fresh, e.toString());
            }
        }

        void giveUp() {
            close();
            try {
                files.delete(fresh);
            } catch (IOException e) {
                LOG.warn("{} is left over until the next start: {}", fresh, e.toString());
            }
        }
    }

    /** Reads a range. */
    ContentReader read(Blob blob, long offset, long length, boolean regions) throws IOException {
        BlobId id = blob.id();
        BlockFile file;
        try {
            file = files.openExisting(path(id, blob.length()));
        } catch (NoSuchFileException e) {
            var absent = new NoSuchBlobException(id);
            absent.initCause(e);
            throw absent;
        }
        ByteBuffer buffer = readers.takeAlways();
        boolean done = false;
        try {
            BlobHeader header = header(id, file, buffer);
            done = true;
            return new BlobReader(
                    header,
                    file,
                    header.dataAt(),
                    offset,
                    length,
                    regions,
                    readers,
                    buffer,
                    () -> close(file));
        } finally {
            if (!done) {
                readers.give(buffer);
                close(file);
            }
        }
    }

    private static BlobHeader header(BlobId id, BlockFile file, ByteBuffer buffer)
            throws IOException {
        file.read(buffer.limit(BlobHeader.OWN_FILE_DATA_AT), 0);
        BlobHeader header = BlobHeader.read(buffer.flip());
        if (header == null || !header.id().equals(id)) {
            throw new DamagedBlobException(id, "its header is damaged");
        }
        return header;
    }

    /** What stands beside a blob. */
    BlobFacts facts(Blob blob) throws IOException {
        ByteBuffer buffer = readers.takeAlways();
        try (BlockFile file = files.openExisting(path(blob.id(), blob.length()))) {
            return header(blob.id(), file, buffer).facts(buffer);
        } finally {
            readers.give(buffer);
        }
    }

    private static void close(BlockFile file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("a blob's file cannot be closed: {}", e.toString());
        }
    }

    boolean exists(Blob blob) {
        return files.exists(path(blob.id(), blob.length()));
    }

    /** Deletes files durably; those who read them still can. */
    void delete(Collection<Blob> blobs) throws IOException {
        Set<Path> touched = new LinkedHashSet<>();
        for (Blob blob : blobs) {
            files.delete(path(blob.id(), blob.length()));
            touched.add(shelf(blob.id()));
        }
        for (Path shelf : touched) {
            files.forceFolder(shelf);
        }
    }
}
