package io.brume.storage.faults;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A mounted ext4 file system whose disk forgets what was not flushed when its power is cut. Needs
 * root, FUSE, nbdfuse and a loop device; leaves nothing behind.
 */
public final class PowerCutDisk implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Path folder;
    private final Path socket;
    private final Process disk;
    private final BufferedReader told;
    private final PrintStream word;
    private int generation;
    private @Nullable Process fuse;
    private @Nullable Path fuseFolder;
    private String loop = "";
    private boolean mounted;

    /**
     * Makes the disk and its file system, and mounts it.
     *
     * @param folder an empty one
     */
    public PowerCutDisk(Path folder, int bytes) throws Exception {
        this.folder = folder;
        this.socket = folder.resolve("disk.sock");
        this.disk =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx700m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                VolatileDisk.class.getName(),
                                socket.toString(),
                                Integer.toString(bytes))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        this.told = disk.inputReader(StandardCharsets.UTF_8);
        this.word = new PrintStream(disk.getOutputStream(), true, StandardCharsets.UTF_8);
        if (!"ready".equals(told.readLine())) {
            throw new IOException("the disk does not start");
        }
        Files.createDirectories(mount());
        try {
            plugIn();
            run("mkfs.ext4", "-q", "-E", "nodiscard", loop);
            mountIt();
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** Where the file system is. */
    public Path mount() {
        return folder.resolve("mnt");
    }

    /** Cuts the power: nothing works any more. What used the file system is to be closed then. */
    public String cut(long seed) throws IOException {
        word.println("cut " + seed);
        return requireNonNull(told.readLine());
    }

    /** The power comes back, and the file system recovers. */
    public void recover() throws Exception {
        unplug();
        word.println("on");
        requireNonNull(told.readLine());
        plugIn();
        mountIt();
    }

    private void plugIn() throws Exception {
        // A folder of its own each time, so that no cache of the one before is in the way.
        generation++;
        Path at = Files.createDirectories(folder.resolve("fuse" + generation));
        fuseFolder = at;
        fuse =
                new ProcessBuilder(
                                "nbdfuse",
                                at.resolve("disk").toString(),
                                "nbd+unix:///?socket=" + socket)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        Awaitility.await()
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Files.exists(at.resolve("disk")));
        loop = run("losetup", "--find", "--show", at.resolve("disk").toString());
    }

    private void mountIt() throws Exception {
        run("mount", "-t", "ext4", loop, mount().toString());
        mounted = true;
    }

    private void unplug() throws Exception {
        if (mounted) {
            // A program that another thread starts holds this one's files until it is executed.
            Awaitility.await()
                    .atMost(SOON)
                    .pollInterval(Duration.ofMillis(20))
                    .ignoreExceptionsMatching(
                            e -> String.valueOf(e.getMessage()).endsWith("target is busy."))
                    .untilAsserted(() -> assertThat(run("umount", mount().toString())).isEmpty());
            mounted = false;
        }
        if (!loop.isEmpty()) {
            run("losetup", "-d", loop);
            loop = "";
        }
        Process running = fuse;
        Path at = fuseFolder;
        if (running != null && at != null) {
            fuse = null;
            run("umount", at.toString());
            if (!running.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)) {
                running.destroyForcibly().waitFor();
            }
            Files.delete(at);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said;
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            said = String.join("\n", reader.lines().toList());
        }
        if (process.waitFor() != 0) {
            throw new IOException(List.of(command) + ": " + said);
        }
        return said;
    }

    @Override
    public void close() throws Exception {
        try {
            unplug();
        } finally {
            if (fuse != null) {
                fuse.destroyForcibly().waitFor();
            }
            disk.destroyForcibly().waitFor();
        }
    }
}
