package io.brume.storage.block.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Files and folders of one file system. What was created, renamed or deleted survives a power cut
 * only after {@link #forceFolder}; what was written, only after {@link BlockFile#force}.
 * Thread-safe.
 */
public interface BlockFiles {
    /** Opens a file for reading and writing; makes it when it does not exist. */
    BlockFile open(Path path) throws IOException;

    /**
     * Opens a file for reading.
     *
     * @throws java.nio.file.NoSuchFileException when there is none
     */
    BlockFile openExisting(Path path) throws IOException;

    boolean exists(Path path);

    /** Makes a folder and those above it, durably. */
    void createFolders(Path folder) throws IOException;

    /** Names of what is in a folder, sorted; empty when there is no such folder. */
    List<String> list(Path folder) throws IOException;

    /** Renames a file atomically; one that has the new name is replaced. */
    void replace(Path from, Path to) throws IOException;

    /** Deletes a file; fine when there is none. */
    void delete(Path path) throws IOException;

    /** Deletes a folder with all that is in it; fine when there is none. */
    void deleteFolder(Path folder) throws IOException;

    /** Makes durable what was created, renamed and deleted in a folder. */
    void forceFolder(Path folder) throws IOException;

    /** Bytes that may still be written on the file system of a path. */
    long freeBytes(Path path) throws IOException;

    /** The files of this computer. */
    static BlockFiles system() {
        return SystemFiles.INSTANCE;
    }
}
