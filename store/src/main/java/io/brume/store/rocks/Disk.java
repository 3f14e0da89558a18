package io.brume.store.rocks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done to files outside RocksDB: a seam at which tests let each step fail. */
public interface Disk {
    /** The names in a directory, sorted; empty if there is no such directory. */
    List<String> list(Path directory) throws IOException;

    void createDirectories(Path directory) throws IOException;

    /** Gives a file a second name. */
    void link(Path existing, Path name) throws IOException;

    /** Copies a file and makes the copy durable. */
    void copy(Path from, Path to) throws IOException;

    /** The text of a small file, or null if there is none. */
    @Nullable String read(Path file) throws IOException;

    /** Replaces a small file, all or nothing, durably. */
    void replace(Path file, String text) throws IOException;

    /** Makes a directory's names durable. */
    void sync(Path directory) throws IOException;

    /** Removes a directory of plain files, or does nothing if there is none. */
    void remove(Path directory) throws IOException;

    /** The machine's disk. */
    static Disk system() {
        return SystemDisk.INSTANCE;
    }
}
