package io.brume.common.raft;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;

/**
 * The copies of the state beside the log: one directory each, named by the position that it holds.
 * A copy made here and one sent by a leader look the same.
 *
 * <p>Ratis replaces the whole directory when a leader has sent a copy; the live state is therefore
 * kept elsewhere.
 */
final class Checkpoints implements StateMachineStorage {
    private static final Pattern NAME = Pattern.compile("checkpoint-(\\d+)-(\\d+)");
    private static final String UNFINISHED = "unfinished";
    private static final String DIGEST = ".md5";

    /** The newest, and the one before it, from which files may still be on their way. */
    private static final int KEPT = 2;

    private volatile @Nullable Path directory;
    private volatile @Nullable Checkpoint latest;

    /** One finished copy. */
    static final class Checkpoint implements SnapshotInfo {
        private final Path directory;
        private final TermIndex termIndex;

        /** Guarded by this. */
        private @Nullable List<FileInfo> files;

        Checkpoint(Path directory, TermIndex termIndex) {
            this.directory = directory;
            this.termIndex = termIndex;
        }

        Path directory() {
            return directory;
        }

        @Override
        public TermIndex getTermIndex() {
            return termIndex;
        }

        /**
         * The files with their digests, which are computed when the copy is first sent: a group of
         * one never pays for them. Ratis from 3.3.1 ignores a snapshot without digests.
         *
         * <p>Once only: Ratis asks again for each piece that it sends, and asks for several members
         * at a time, which would write the files of digests over one another.
         */
        @Override
        public synchronized List<FileInfo> getFiles() {
            List<FileInfo> known = files;
            if (known == null) {
                List<FileInfo> found = new ArrayList<>();
                for (Path file : filesOf(directory)) {
                    found.add(
                            new FileInfo(
                                    file, MD5FileUtil.computeAndSaveMd5ForFile(file.toFile())));
                }
                known = List.copyOf(found);
                files = known;
            }
            return known;
        }
    }

    private static List<Path> filesOf(Path directory) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path file : stream) {
                if (!file.toString().contains(DIGEST)) {
                    files.add(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.sort(Comparator.naturalOrder());
        return files;
    }

    @Override
    public void init(RaftStorage storage) throws IOException {
        directory = storage.getStorageDir().getStateMachineDir().toPath();
        rescan();
    }

    /** Looks again at what is there: after a leader has sent a copy. */
    void rescan() throws IOException {
        List<Checkpoint> found = list();
        latest = found.isEmpty() ? null : found.getLast();
    }

    private Path directory() {
        Path known = directory;
        if (known == null) {
            throw new IllegalStateException("not initialized");
        }
        return known;
    }

    private List<Checkpoint> list() throws IOException {
        List<Checkpoint> found = new ArrayList<>();
        if (Files.isDirectory(directory())) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory())) {
                for (Path each : stream) {
                    Matcher name = NAME.matcher(each.getFileName().toString());
                    if (name.matches()) {
                        long term = Long.parseLong(name.group(1));
                        long index = Long.parseLong(name.group(2));
                        found.add(new Checkpoint(each, TermIndex.valueOf(term, index)));
                    }
                }
            }
        }
        found.sort(Comparator.comparing(Checkpoint::getTermIndex));
        return found;
    }

    /** Makes a copy of a position, which becomes the latest once it is durable. */
    void make(LogPosition position, Consumer<Path> write) throws IOException {
        Path target = directory().resolve("checkpoint-" + position.term() + "-" + position.index());
        if (Files.isDirectory(target)) {
            return;
        }
        Files.createDirectories(directory());
        Path unfinished = directory().resolve(UNFINISHED);
        delete(unfinished);
        write.accept(unfinished);
        Files.move(unfinished, target);
        sync(directory());
        latest = new Checkpoint(target, TermIndex.valueOf(position.term(), position.index()));
    }

    /** Makes what a leader has sent durable: Ratis only writes it. */
    static void sync(Checkpoint received) throws IOException {
        for (Path file : filesOf(received.directory())) {
            sync(file);
        }
        sync(received.directory());
        Path parent = received.directory().getParent();
        if (parent != null) {
            sync(parent);
            Path above = parent.getParent();
            if (above != null) {
                sync(above);
            }
        }
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path file : stream) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    @Override
    public @Nullable Checkpoint getLatestSnapshot() {
        return latest;
    }

    @Override
    public void format() {}

    @Override
    public void cleanupOldSnapshots(@Nullable SnapshotRetentionPolicy policy) throws IOException {
        List<Checkpoint> found = list();
        for (Checkpoint old : found.subList(0, Math.max(0, found.size() - KEPT))) {
            delete(old.directory());
        }
    }

    @Override
    public File getSnapshotDir() {
        return directory().toFile();
    }
}
