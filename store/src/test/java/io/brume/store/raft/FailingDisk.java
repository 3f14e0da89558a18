package io.brume.store.raft;

import io.brume.store.rocks.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The machine's disk, of which one operation fails. Reading does not count. */
record FailingDisk(Faults faults) implements Disk {
    private static IOException failure() {
        return new IOException("as told");
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return Disk.system().list(directory);
    }

    @Override
    public @Nullable String read(Path file) throws IOException {
        return Disk.system().read(file);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        faults.run(() -> Disk.system().createDirectories(directory), failure());
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        faults.run(() -> Disk.system().link(existing, name), failure());
    }

    @Override
    public void copy(Path from, Path to) throws IOException {
        faults.run(() -> Disk.system().copy(from, to), failure());
    }

    @Override
    public void replace(Path file, String text) throws IOException {
        faults.run(() -> Disk.system().replace(file, text), failure());
    }

    @Override
    public void sync(Path directory) throws IOException {
        faults.run(() -> Disk.system().sync(directory), failure());
    }

    @Override
    public void remove(Path directory) throws IOException {
        faults.run(() -> Disk.system().remove(directory), failure());
    }
}
