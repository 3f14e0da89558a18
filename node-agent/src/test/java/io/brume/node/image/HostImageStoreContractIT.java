package io.brume.node.image;

import io.brume.common.time.Time;
import io.brume.node.host.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract of all image stores, kept by the one with qemu-img. */
class HostImageStoreContractIT implements ImageStoreContract {
    private static final int WORKER = 1_879_048_191;

    @TempDir Path folder;
    private Path sources;
    private HostImageStore store;

    @BeforeEach
    void begin() throws IOException {
        // The worker is another user, and must reach the files.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        sources = Files.createDirectories(folder.resolve("sources"));
        byte[] disk = new byte[4 << 20];
        disk[510] = 0x55;
        disk[511] = (byte) 0xaa;
        Files.write(sources.resolve("disk.raw"), disk);
        open();
    }

    private void open() throws IOException {
        store =
                new HostImageStore(
                        ImageSettings.in(folder.resolve("store"), List.of(sources), WORKER),
                        Processes.system(),
                        Time.system());
    }

    @Override
    public ImageStore store() {
        return store;
    }

    @Override
    public ImageStore restarted() throws IOException {
        open();
        return store;
    }

    @Override
    public String source() {
        return sources.resolve("disk.raw").toUri().toString();
    }
}
