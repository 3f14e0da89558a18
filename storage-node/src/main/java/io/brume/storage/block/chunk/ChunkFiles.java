package io.brume.storage.block.chunk;

import io.brume.proto.block.Blocks;
import io.brume.storage.block.files.BlockFile;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.block.files.FullDiskException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Chunks by the SHA-256 of their bytes: the sums of the blocks, then the bytes. A file that has its
 * name is whole. Reading is thread-safe; writing and deleting is for one thread at a time.
 */
final class ChunkFiles {
    static final int HASH = 32;
    static final int SUMS = Blocks.CHUNK / Blocks.BLOCK * Long.BYTES;
    private static final String END = ".chunk";
    private static final String INCOMING = "incoming";

    private final BlockFiles files;
    private final Path folder;
    private final long keep;
    private final Set<Path> dirty = new HashSet<>();

    /**
     * @param keep bytes of the disk that chunks leave free
     */
    ChunkFiles(BlockFiles files, Path folder, long keep) throws IOException {
        this.files = files;
        this.folder = folder;
        this.keep = keep;
        files.createFolders(folder);
    }

    private Path path(byte[] hash) {
        String name = HexFormat.of().formatHex(hash);
        return folder.resolve(name.substring(0, 2)).resolve(name + END);
    }

    /**
     * Stores a chunk; durable after {@link #force}.
     *
     * @throws FullDiskException when the disk would be fuller than chunks may make it: the index
     *     must be able to drop some. The JDK's own word for it comes when somebody else has filled
     *     it
     */
    void write(byte[] hash, ByteBuffer sums, ByteBuffer content) throws IOException {
        if (files.freeBytes(folder) < keep + Blocks.CHUNK + SUMS) {
            throw new FullDiskException("chunks leave " + keep + " bytes to the others");
        }
        Path path = path(hash);
        Path shelf = folder.resolve(path.getName(path.getNameCount() - 2));
        files.createFolders(shelf);
        Path incoming = shelf.resolve(INCOMING);
        try (BlockFile file = files.open(incoming)) {
            try {
                file.resize(0);
                file.write(sums, 0);
                file.write(content, SUMS);
                file.force();
            } catch (IOException e) {
                giveBack(file, e);
                throw e;
            }
        }
        files.replace(incoming, path);
        dirty.add(shelf);
    }

    /** What a chunk that is not whole has taken. */
    private static void giveBack(BlockFile file, IOException failure) {
        try {
            file.resize(0);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Whether there is a file of that name, damaged or not. */
    boolean exists(byte[] hash) {
        return files.exists(path(hash));
    }

    /** The bytes of a chunk; empty when its file is missing, or not what its name says. */
    Optional<ByteBuffer> read(byte[] hash) throws IOException {
        ByteBuffer stored = ByteBuffer.allocate(SUMS);
        ByteBuffer content = ByteBuffer.allocate(Blocks.CHUNK);
        try (BlockFile file = files.openExisting(path(hash))) {
            if (file.read(stored, 0) != SUMS || file.read(content, SUMS) != Blocks.CHUNK) {
                return Optional.empty();
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        ByteBuffer computed = ByteBuffer.allocate(SUMS);
        ChunkSums.of(content.flip(), computed);
        boolean whole =
                computed.flip().equals(stored.flip())
                        && Arrays.equals(ChunkSums.sha256(content.duplicate()), hash);
        return whole ? Optional.of(content) : Optional.empty();
    }

    /** Whether there is a file whose bytes and sums are what its name says. */
    boolean isWhole(byte[] hash) throws IOException {
        return read(hash).isPresent();
    }

    /** Names of all chunks of a shelf: those that begin with the same byte. */
    List<byte[]> shelf(int first) throws IOException {
        List<byte[]> found = new ArrayList<>();
        Path shelf = folder.resolve(HexFormat.of().toHexDigits((byte) first));
        for (String name : files.list(shelf)) {
            if (name.endsWith(END)) {
                String hex = name.substring(0, name.length() - END.length());
                found.add(HexFormat.of().parseHex(hex));
            }
        }
        return found;
    }

    /** Makes durable that the chunks written before are there. */
    void force() throws IOException {
        for (Path shelf : dirty) {
            files.forceFolder(shelf);
        }
        dirty.clear();
    }

    void delete(byte[] hash) throws IOException {
        files.delete(path(hash));
    }

    /** Reads sums of some blocks. */
    void sums(byte[] hash, int block, ByteBuffer into) throws IOException {
        read(hash, into, block * (long) Long.BYTES);
    }

    /** Reads bytes of some blocks. */
    void content(byte[] hash, int block, ByteBuffer into) throws IOException {
        read(hash, into, SUMS + block * (long) Blocks.BLOCK);
    }

    private void read(byte[] hash, ByteBuffer into, long position) throws IOException {
        int wanted = into.remaining();
        try (BlockFile file = files.openExisting(path(hash))) {
            if (file.read(into, position) != wanted) {
                throw new IOException("a chunk is cut off");
            }
        }
    }

    /** Deletes what nobody uses: left over from a stop half way. */
    void sweep(Predicate<byte[]> used) throws IOException {
        for (String shelf : files.list(folder)) {
            for (String name : files.list(folder.resolve(shelf))) {
                if (!name.endsWith(END)
                        || !used.test(
                                HexFormat.of()
                                        .parseHex(
                                                name.substring(0, name.length() - END.length())))) {
                    files.delete(folder.resolve(shelf).resolve(name));
                }
            }
        }
    }
}
