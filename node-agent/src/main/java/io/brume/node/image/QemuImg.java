package io.brume.node.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.brume.node.host.HostCommand;
import io.brume.node.host.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The programs {@code qemu-img} and {@code qemu-io}: the only place that writes their arguments and
 * reads their output. They run in the folder of their files, name them without it, and have the
 * rights of a user that owns nothing but them.
 */
final class QemuImg {
    /** What an image describes. */
    record Info(long virtualSizeBytes, boolean namesOtherFiles) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PROGRESS = Pattern.compile("\\((\\d{1,3})\\.\\d+/100%\\)");
    private static final long MAX_MEMORY = 2L << 30;

    private final Processes processes;
    private final int worker;
    private final Duration conversionTimeout;

    QemuImg(Processes processes, int worker, Duration conversionTimeout) {
        this.processes = processes;
        this.worker = worker;
        this.conversionTimeout = conversionTimeout;
    }

    Info info(Path folder, String file, String format) throws IOException {
        var answer =
                processes
                        .run(
                                asWorker("info", "--output=json", "-f", format, file)
                                        .in(folder)
                                        .within(Duration.ofSeconds(30)))
                        .orThrow();
        return parseInfo(answer.output());
    }

    static Info parseInfo(String json) throws IOException {
        JsonNode node = JSON.readTree(json);
        boolean others =
                node.has("backing-filename")
                        || node.has("full-backing-filename")
                        || node.path("format-specific").path("data").has("data-file");
        long size = node.path("virtual-size").asLong(-1);
        if (size < 0) {
            throw new IOException("qemu-img tells no size");
        }
        return new Info(size, others);
    }

    /** Converts to a qcow2 file that stands alone. */
    void convert(Path folder, String from, String format, String to, Consumer<Integer> progress)
            throws IOException {
        processes
                .run(
                        asWorker(
                                        "convert",
                                        "-p",
                                        "-f",
                                        format,
                                        "-O",
                                        "qcow2",
                                        "-o",
                                        "compat=1.1",
                                        from,
                                        to)
                                .in(folder)
                                .within(conversionTimeout)
                                .telling(line -> percent(line).ifPresent(progress::accept)))
                .orThrow();
    }

    /** Reads {@code (12.34/100%)}. */
    static OptionalInt percent(String line) {
        var matcher = PROGRESS.matcher(line);
        return matcher.find()
                ? OptionalInt.of(Math.min(100, Integer.parseInt(matcher.group(1))))
                : OptionalInt.empty();
    }

    /** Writes the first MiB of a disk to a raw file. */
    void head(Path folder, String from, String to) throws IOException {
        String input = "if=" + from;
        String output = "of=" + to;
        processes
                .run(
                        asWorker(
                                        "dd", "-f", "qcow2", "-O", "raw", "bs=1M", "count=1", input,
                                        output)
                                .in(folder))
                .orThrow();
    }

    /**
     * Makes the bytes of a volume those of a disk. Zeros become holes, whatever was there before.
     *
     * @param folder has the socket of the volume, and the disk's file or socket
     */
    void fill(Path folder, Contents from, String volumeId, Consumer<Integer> progress)
            throws IOException {
        processes
                .run(
                        asWorker(
                                        "convert",
                                        "-n",
                                        "-p",
                                        "-W",
                                        "-t",
                                        "writeback",
                                        "-f",
                                        from.format(),
                                        "-O",
                                        "raw",
                                        from.name(),
                                        address(volumeId))
                                .in(folder)
                                .within(conversionTimeout)
                                .telling(line -> percent(line).ifPresent(progress::accept)))
                .orThrow();
        // The conversion ends with a flush, too, but says nothing when that fails.
        processes
                .run(
                        asWorker("qemu-io", List.of("-f", "raw", "-c", "flush", address(volumeId)))
                                .in(folder)
                                .within(conversionTimeout))
                .orThrow();
    }

    /** What a volume is to be filled with, as a name in the folder of the work. */
    record Contents(String format, String name) {
        static Contents file(String name) {
            return new Contents("qcow2", name);
        }

        static Contents volume(String volumeId) {
            return new Contents("raw", address(volumeId));
        }
    }

    /** The socket of a volume, in the folder of the work. */
    static String socket(String volumeId) {
        return volumeId + ".sock";
    }

    private static String address(String volumeId) {
        return "nbd+unix:///" + volumeId + "?socket=" + socket(volumeId);
    }

    private HostCommand asWorker(String... arguments) {
        return asWorker("qemu-img", List.of(arguments));
    }

    private HostCommand asWorker(String program, List<String> arguments) {
        var all = new ArrayList<String>();
        all.addAll(List.of("prlimit", "--as=" + MAX_MEMORY, "--core=0", "--nofile=64", "--"));
        String id = Integer.toString(worker);
        all.addAll(List.of("setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups"));
        all.addAll(List.of("--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--"));
        all.add(program);
        all.addAll(arguments);
        return HostCommand.of(all);
    }
}
