package io.brume.cli.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The real agent's program as a process of its own, which can be killed and started again. */
public final class AgentProcess implements AutoCloseable {
    private final Path folder;
    private final String mainClass;
    private final Map<String, String> settings;
    private @Nullable Process process;

    /**
     * @param folder holds its configuration, log and data
     */
    public AgentProcess(Path folder, String mainClass, Map<String, String> settings) {
        this.folder = folder;
        this.mainClass = mainClass;
        this.settings = new TreeMap<>(settings);
    }

    public void start() throws IOException {
        List<String> lines = new ArrayList<>();
        settings.forEach((key, value) -> lines.add(key + " = " + value));
        Path config = folder.resolve("agent.conf");
        Files.write(config, lines);
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx96m",
                                "-Djava.io.tmpdir=" + folder,
                                "-cp",
                                System.getProperty("java.class.path"),
                                mainClass,
                                "--config",
                                config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                        .start();
    }

    public Path log() {
        return folder.resolve("agent.log");
    }

    public long pid() {
        return started().pid();
    }

    private Process started() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Memory that is in use now, in KiB. */
    public long residentKib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no VmRSS");
    }

    /** kill -9. */
    public void kill() throws InterruptedException {
        started().destroyForcibly();
        if (!started().waitFor(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("it does not die");
        }
    }

    /** Asks it to end, and waits until it has. */
    int stop() throws InterruptedException {
        started().destroy();
        if (!started().waitFor(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("it does not stop");
        }
        return started().exitValue();
    }

    int awaitEnd() throws InterruptedException {
        if (!started().waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("it does not end");
        }
        return started().exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        if (isAlive()) {
            kill();
        }
    }
}
