package io.brume.storage.block.files;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that can fail and lose power.
 *
 * <p>After {@link #powerCut} it has what was forced, and of the rest each sector of 512 bytes with
 * some probability; of what was created, renamed and deleted a random beginning. A force that fails
 * has forgotten what it was to write: forcing again does not help.
 */
public final class SimulatedFiles implements BlockFiles {
    private static final int SECTOR = 512;

    private final Map<Path, Node> names = new HashMap<>();
    private final Map<Path, Node> durableNames = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final Set<Path> folders = new HashSet<>();
    private long operations;
    private long failAt = -1;
    private long dieAt = -1;
    private boolean dead;
    private long free = 1L << 40;
    private String failure = "a simulated failure";

    private record Change(Path folder, Path path, @Nullable Node now, @Nullable Path from) {}

    private static final class Node {
        byte[] content = new byte[0];
        byte[] durable = new byte[0];
        int size;
        int durableSize;
        final BitSet dirty = new BitSet();
        final BitSet forgotten = new BitSet();
        final BitSet allocated = new BitSet();
        boolean mapped;

        void reserve(int bytes) {
            if (bytes > content.length) {
                if (mapped) {
                    throw new IllegalStateException("a mapped file grows");
                }
                content = Arrays.copyOf(content, bytes);
            }
        }
    }

    /** Lets the k-th operation from now on fail, 0 = the next; never with a negative k. */
    public synchronized void failAt(long k) {
        failAt = k < 0 ? -1 : operations + k;
    }

    /** From the k-th operation on nothing works any more. */
    public synchronized void dieAt(long k) {
        dieAt = k < 0 ? -1 : operations + k;
    }

    /** Operations that might have failed. */
    public synchronized long operations() {
        return operations;
    }

    public synchronized void free(long bytes) {
        free = bytes;
    }

    private long fullAt;
    private long refusals;
    private boolean told;

    /**
     * From the k-th operation on the disk is full, until so many times something was refused that
     * needs space: then there is some again. What was written before may be overwritten.
     *
     * @param tells whether {@link #freeBytes} knows, which counts as well; somebody else may fill
     *     the disk after it was asked
     */
    public synchronized void fullAt(long k, long times, boolean tells) {
        fullAt = operations + k;
        refusals = times;
        told = tells;
    }

    /** Whether something that needs space is to be refused now. */
    public synchronized boolean refuses() {
        if (refusals == 0 || operations < fullAt) {
            return false;
        }
        refusals--;
        return true;
    }

    /** Flips a bit of a file that was written. */
    public synchronized void flip(Path path, long byteAt, int bit) {
        Node node = requireNonNull(names.get(path));
        node.content[(int) byteAt] ^= (byte) (1 << bit);
        if (byteAt < node.durable.length) {
            node.durable[(int) byteAt] ^= (byte) (1 << bit);
        }
    }

    /** Cuts a file's tail. */
    public synchronized void tear(Path path, int bytes) {
        Node node = requireNonNull(names.get(path));
        node.size -= bytes;
        Arrays.fill(node.content, node.size, node.content.length, (byte) 0);
        node.durableSize = node.size;
        node.durable = node.content.clone();
    }

    public synchronized long size(Path path) {
        return requireNonNull(names.get(path)).size;
    }

    /** Bytes of all files below a folder whose names end like this. */
    public synchronized Set<Path> below(Path folder, String end) {
        Set<Path> found = new TreeSet<>();
        for (Path path : names.keySet()) {
            if (path.startsWith(folder) && path.toString().endsWith(end)) {
                found.add(path);
            }
        }
        return found;
    }

    /** What a disk has after its power was cut now; this one does not work any more. */
    public synchronized SimulatedFiles powerCut(Random random) {
        dead = true;
        var after = new SimulatedFiles();
        after.folders.addAll(folders);
        Map<Path, Node> survivors = new HashMap<>(durableNames);
        int kept = changes.isEmpty() ? 0 : random.nextInt(changes.size() + 1);
        for (Change change : changes.subList(0, kept)) {
            apply(survivors, change);
        }
        double probability = random.nextInt(4) / 3.0;
        Map<Node, Node> copies = new HashMap<>();
        survivors.forEach((path, node) -> {
            Node copy = copies.computeIfAbsent(node, n -> cut(n, random, probability));
            after.names.put(path, copy);
            after.durableNames.put(path, copy);
        });
        return after;
    }

    private static Node cut(Node node, Random random, double probability) {
        var copy = new Node();
        copy.size = random.nextDouble() < probability ? node.size : node.durableSize;
        copy.content = new byte[copy.size];
        System.arraycopy(
                node.durable, 0, copy.content, 0, Math.min(copy.size, node.durable.length));
        for (int sector = 0; sector * SECTOR < copy.size; sector++) {
            if ((node.dirty.get(sector) || node.forgotten.get(sector))
                    && random.nextDouble() < probability) {
                int at = sector * SECTOR;
                int count = Math.min(SECTOR, Math.min(copy.size, node.content.length) - at);
                if (count > 0) {
                    System.arraycopy(node.content, at, copy.content, at, count);
                }
            }
        }
        copy.durable = copy.content.clone();
        copy.durableSize = copy.size;
        copy.allocated.or(node.allocated);
        return copy;
    }

    private static void apply(Map<Path, Node> to, Change change) {
        if (change.from != null) {
            to.remove(change.from);
        }
        if (change.now == null) {
            to.remove(change.path);
        } else {
            to.put(change.path, change.now);
        }
    }

    /** Counts an operation; whether it is to fail. */
    private boolean fails() throws IOException {
        if (dieAt >= 0 && operations >= dieAt) {
            dead = true;
        }
        if (dead) {
            throw new IOException("the power is off");
        }
        return operations++ == failAt;
    }

    private void step() throws IOException {
        if (fails()) {
            throw new IOException(failure);
        }
    }

    private void alive() throws IOException {
        if (dead) {
            throw new IOException("the power is off");
        }
    }

    private void change(Path path, @Nullable Node now) {
        change(new Change(requireNonNull(path.getParent()), path, now, null));
    }

    private void change(Change change) {
        apply(names, change);
        changes.add(change);
    }

    @Override
    public synchronized BlockFile open(Path path) throws IOException {
        alive();
        Node node = names.get(path);
        if (node == null) {
            step();
            if (!folders.contains(path.getParent())) {
                throw new IOException("no folder for " + path);
            }
            node = new Node();
            change(path, node);
        }
        return new SimulatedFile(node);
    }

    @Override
    public synchronized BlockFile openExisting(Path path) throws IOException {
        alive();
        Node node = names.get(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return new SimulatedFile(node);
    }

    /** An operation of something beside the files, which is to fail and die with them. */
    public synchronized boolean otherFails() throws IOException {
        return fails();
    }

    @Override
    public synchronized boolean exists(Path path) {
        return names.containsKey(path) || folders.contains(path);
    }

    @Override
    public synchronized void createFolders(Path folder) throws IOException {
        step();
        for (Path at = folder; at != null; at = at.getParent()) {
            folders.add(at);
        }
    }

    @Override
    public synchronized List<String> list(Path folder) throws IOException {
        alive();
        Set<String> found = new TreeSet<>();
        for (Path path : names.keySet()) {
            if (folder.equals(path.getParent())) {
                found.add(path.getFileName().toString());
            }
        }
        for (Path path : folders) {
            if (folder.equals(path.getParent())) {
                found.add(path.getFileName().toString());
            }
        }
        return List.copyOf(found);
    }

    @Override
    public synchronized void replace(Path from, Path to) throws IOException {
        step();
        Node node = names.get(from);
        if (node == null) {
            throw new IOException("no file " + from);
        }
        change(new Change(requireNonNull(to.getParent()), to, node, from));
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        step();
        if (names.containsKey(path)) {
            change(path, null);
        }
    }

    @Override
    public synchronized void deleteFolder(Path folder) throws IOException {
        step();
        for (Path path : List.copyOf(names.keySet())) {
            if (path.startsWith(folder)) {
                change(path, null);
            }
        }
        folders.removeIf(path -> path.startsWith(folder));
    }

    @Override
    public synchronized void forceFolder(Path folder) throws IOException {
        step();
        int last = -1;
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i).folder.equals(folder)) {
                last = i;
            }
        }
        for (Change change : changes.subList(0, last + 1)) {
            apply(durableNames, change);
        }
        changes.subList(0, last + 1).clear();
    }

    @Override
    public synchronized long freeBytes(Path path) {
        return told && refuses() ? 0 : free;
    }

    private final class SimulatedFile implements BlockFile {
        private final Node node;
        private boolean closed;

        SimulatedFile(Node node) {
            this.node = node;
        }

        private void check() throws IOException {
            if (closed) {
                throw new IOException("the file is closed");
            }
        }

        @Override
        public long size() {
            synchronized (SimulatedFiles.this) {
                return node.size;
            }
        }

        @Override
        public void resize(long size) throws IOException {
            synchronized (SimulatedFiles.this) {
                check();
                step();
                node.reserve((int) size);
                if (size < node.size) {
                    node.allocated.clear(
                            (int) ((size + SECTOR - 1) / SECTOR),
                            (node.size + SECTOR - 1) / SECTOR);
                    Arrays.fill(node.content, (int) size, node.size, (byte) 0);
                    node.dirty.set((int) (size / SECTOR), (node.size + SECTOR - 1) / SECTOR);
                }
                node.size = (int) size;
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            synchronized (SimulatedFiles.this) {
                check();
                alive();
                int count = (int) Math.max(0, Math.min(into.remaining(), node.size - position));
                into.put(node.content, (int) position, count);
                return count;
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            synchronized (SimulatedFiles.this) {
                check();
                checkSpace((int) position, from.remaining());
                boolean half = fails();
                int count = half ? from.remaining() / 2 : from.remaining();
                put(from, (int) position, count);
                if (half) {
                    throw new IOException(failure);
                }
            }
        }

        /** As strict as a real file: what works here works there. */
        @Override
        public void writeDirect(ByteBuffer from, long position) throws IOException {
            if (!from.isDirect()
                    || position % DIRECT_UNIT != 0
                    || from.remaining() % DIRECT_UNIT != 0
                    || from.alignmentOffset(from.position(), DIRECT_UNIT) != 0) {
                throw new IllegalArgumentException("not aligned: " + position + ", " + from);
            }
            write(from, position);
        }

        private void checkSpace(int position, int count) throws IOException {
            int end = (position + count + SECTOR - 1) / SECTOR;
            if (count > 0 && node.allocated.nextClearBit(position / SECTOR) < end && refuses()) {
                throw new IOException("No space left on device");
            }
        }

        private void put(ByteBuffer from, int position, int count) {
            if (count == 0) {
                return;
            }
            node.allocated.set(position / SECTOR, (position + count + SECTOR - 1) / SECTOR);
            node.reserve(position + count);
            node.size = Math.max(node.size, position + count);
            from.get(node.content, position, count);
            node.dirty.set(position / SECTOR, (position + count + SECTOR - 1) / SECTOR);
        }

        @Override
        public void append(ByteBuffer[] from, long position) throws IOException {
            int first = from[0].remaining();
            write(from[0], position);
            write(from[1], position + first);
        }

        @Override
        public void punch(long position, long length) throws IOException {
            synchronized (SimulatedFiles.this) {
                check();
                step();
                int end = (int) Math.min(node.size, position + length);
                if (position < end) {
                    Arrays.fill(node.content, (int) position, end, (byte) 0);
                    node.dirty.set((int) (position / SECTOR), (end + SECTOR - 1) / SECTOR);
                    node.allocated.clear((int) (position / SECTOR), (end + SECTOR - 1) / SECTOR);
                }
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (SimulatedFiles.this) {
                check();
                if (fails()) {
                    node.forgotten.or(node.dirty);
                    node.dirty.clear();
                    throw new IOException(failure);
                }
                if (node.durable.length < node.content.length) {
                    node.durable = Arrays.copyOf(node.durable, node.content.length);
                }
                for (int sector = node.dirty.nextSetBit(0);
                        sector >= 0;
                        sector = node.dirty.nextSetBit(sector + 1)) {
                    int at = sector * SECTOR;
                    int count = Math.min(SECTOR, node.content.length - at);
                    if (count > 0) {
                        System.arraycopy(node.content, at, node.durable, at, count);
                    }
                    node.forgotten.clear(sector);
                }
                node.dirty.clear();
                node.durableSize = node.size;
            }
        }

        @Override
        public MemorySegment map(long length) throws IOException {
            synchronized (SimulatedFiles.this) {
                check();
                step();
                if (node.size < length) {
                    throw new IOException("the file is shorter than its mapping");
                }
                node.mapped = true;
                return MemorySegment.ofArray(node.content).asSlice(0, length).asReadOnly();
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
