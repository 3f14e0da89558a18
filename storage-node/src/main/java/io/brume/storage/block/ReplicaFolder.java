package io.brume.storage.block;

import com.google.protobuf.InvalidProtocolBufferException;
import io.brume.proto.block.v1.ReplicaFile;
import io.brume.storage.block.files.BlockFile;
import io.brume.storage.block.files.BlockFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The file that says what a replica is. It is replaced as a whole and holds everything twice, each
 * with a length and a CRC-32C in front, in sectors of its own: one damaged copy costs nothing.
 */
final class ReplicaFolder {
    private static final String NAME = "replica";
    private static final String NEXT = "replica.next";
    private static final int SECTOR = 512;
    private static final int HEAD = 8;
    private static final int MOST = 1 << 20;

    private final BlockFiles files;
    private final Path folder;

    ReplicaFolder(BlockFiles files, Path folder) {
        this.files = files;
        this.folder = folder;
    }

    Path path() {
        return folder;
    }

    /** Whether there is a replica; a folder without the file is left over. */
    boolean isReplica() {
        return files.exists(folder.resolve(NAME));
    }

    ReplicaFile load() throws IOException {
        try (BlockFile file = files.open(folder.resolve(NAME))) {
            long size = file.size();
            if (size < 2 * SECTOR || size > MOST || size % (2 * SECTOR) != 0) {
                throw new IOException("the file of a replica is cut off");
            }
            ByteBuffer content = ByteBuffer.allocate((int) size);
            file.read(content, 0);
            content.clear();
            for (int copy = 0; copy < 2; copy++) {
                ByteBuffer half = content.slice((int) (copy * size / 2), (int) (size / 2));
                int length = half.getInt();
                int check = half.getInt();
                if (length >= 0 && length <= half.remaining()) {
                    half.limit(HEAD + length);
                    if (check(half.slice()) == check) {
                        return ReplicaFile.parseFrom(half);
                    }
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("the file of a replica cannot be understood", e);
        }
        throw new IOException("the file of a replica is damaged");
    }

    /** Durable when it returns. */
    void save(ReplicaFile content) throws IOException {
        byte[] bytes = content.toByteArray();
        int half = (HEAD + bytes.length + SECTOR - 1) / SECTOR * SECTOR;
        ByteBuffer twice = ByteBuffer.allocate(2 * half);
        for (int copy = 0; copy < 2; copy++) {
            twice.position(copy * half);
            twice.putInt(bytes.length).putInt(check(ByteBuffer.wrap(bytes))).put(bytes);
        }
        try (BlockFile file = files.open(folder.resolve(NEXT))) {
            file.resize(0);
            file.write(twice.clear(), 0);
            file.force();
        }
        files.replace(folder.resolve(NEXT), folder.resolve(NAME));
        files.forceFolder(folder);
    }

    /** From here on it is no replica, durably. */
    void remove() throws IOException {
        files.delete(folder.resolve(NAME));
        files.forceFolder(folder);
    }

    private static int check(ByteBuffer bytes) {
        var check = new CRC32C();
        check.update(bytes);
        return (int) check.getValue();
    }
}
