package io.brume.store.raft;

import io.brume.store.machine.CommitMachine;
import io.brume.store.rocks.Disk;
import io.brume.store.rocks.RocksRows;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Makes a backup the beginning of a new group of one, which then grows like any other. While the
 * store is closed.
 */
public final class StoreRestore {
    private StoreRestore() {}

    /**
     * Puts a backup where a store will be opened; all or nothing.
     *
     * @param backup the directory of a {@link io.brume.store.Backup}; stays as it is
     * @param rowsDirectory where the store will find its rows; must not exist
     * @param logDirectory where its log will be; must not exist, because the log begins anew
     * @return the revision at which the store begins
     * @throws IOException if something is in the way, or the disk fails
     */
    public static long restore(Path backup, Path rowsDirectory, Path logDirectory)
            throws IOException {
        for (Path target : new Path[] {rowsDirectory, logDirectory}) {
            if (Files.exists(target)) {
                throw new IOException(target.getFileName() + " exists: move it away first");
            }
        }
        if (!Files.exists(backup.resolve("CURRENT"))) {
            throw new IOException(backup.getFileName() + " is not a backup of a store");
        }
        Path unfinished = rowsDirectory.resolveSibling(rowsDirectory.getFileName() + ".restoring");
        removeTree(unfinished);
        long revision;
        try (RocksRows rows = RocksRows.open(unfinished, Disk.system(), "restore")) {
            rows.install(backup);
            CommitMachine machine = new CommitMachine(rows);
            machine.beginLog();
            rows.flush();
            revision = machine.head().revision();
        }
        Files.move(unfinished, rowsDirectory, StandardCopyOption.ATOMIC_MOVE);
        Path parent = rowsDirectory.toAbsolutePath().getParent();
        if (parent != null) {
            try (FileChannel channel = FileChannel.open(parent, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
        return revision;
    }

    private static void removeTree(Path directory) throws IOException {
        Disk disk = Disk.system();
        for (String name : disk.list(directory)) {
            Path each = directory.resolve(name);
            if (Files.isDirectory(each)) {
                disk.remove(each);
            } else {
                Files.delete(each);
            }
        }
        disk.remove(directory);
    }
}
