package io.brume.storage.block.journal;

import io.brume.storage.block.files.BlockFile;
import io.brume.storage.block.files.BlockFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files that a journal writes in turn: all of one size, their space allocated, so that the log
 * can always take what it accepts. For one thread at a time.
 */
final class JournalFolder implements AutoCloseable {
    private static final int FEWEST_FILES = 3;

    private final BlockFiles files;
    private final Path folder;
    private final long size;
    private final List<JournalFile> all = new ArrayList<>();

    private JournalFolder(BlockFiles files, Path folder, long size) {
        this.files = files;
        this.folder = folder;
        this.size = size;
    }

    /** Opens the files of a folder, or makes the first ones. One that has begun keeps its size. */
    static JournalFolder open(BlockFiles files, Path folder, long fileBytes) throws IOException {
        files.createFolders(folder);
        List<BlockFile> opened = new ArrayList<>();
        try {
            long size = fileBytes;
            for (String name : files.list(folder)) {
                BlockFile file = files.open(folder.resolve(name));
                opened.add(file);
                JournalFile.Head found = JournalFile.head(file);
                size = found == null ? size : found.size();
            }
            var journal = new JournalFolder(files, folder, size);
            for (BlockFile file : opened) {
                if (JournalFile.head(file) == null) {
                    JournalFile.fill(file, size);
                } else {
                    file.resize(size);
                }
                journal.all.add(new JournalFile(file, size));
            }
            while (journal.all.size() < FEWEST_FILES) {
                opened.add(journal.make().file);
            }
            return journal;
        } catch (IOException | RuntimeException e) {
            for (BlockFile file : opened) {
                try {
                    file.close();
                } catch (IOException f) {
                    e.addSuppressed(f);
                }
            }
            throw e;
        }
    }

    /** Bytes of a file. */
    long size() {
        return size;
    }

    List<JournalFile> all() {
        return all;
    }

    /** One more file, which is not used yet. */
    JournalFile make() throws IOException {
        Path path = folder.resolve("%08d.log".formatted(all.size() + 1));
        BlockFile file = files.open(path);
        try {
            JournalFile.fill(file, size);
            files.forceFolder(folder);
            var made = new JournalFile(file, size);
            all.add(made);
            return made;
        } catch (IOException e) {
            file.close();
            giveBack(path, e);
            throw e;
        }
    }

    /** The next start would have to make it whole, on a disk that may still be full. */
    private void giveBack(Path path, IOException failure) {
        try {
            files.delete(path);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** The highest number that any file has had; 0 = none was ever used. */
    long lastNumber() throws IOException {
        long last = 0;
        for (JournalFile file : all) {
            JournalFile.Head found = JournalFile.head(file.file);
            last = Math.max(last, found == null ? 0 : found.number());
        }
        return last;
    }

    /** Makes durable whatever an earlier program has written. */
    void force() throws IOException {
        for (JournalFile file : all) {
            file.file.force();
        }
    }

    @Override
    public void close() throws IOException {
        for (JournalFile file : all) {
            file.file.close();
        }
    }
}
