package io.brume.node.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this host is, as of one look.
 *
 * @param cpus how many are online
 * @param cpuModel for people
 * @param virtualization whether the processor shows {@code vmx} or {@code svm}
 * @param memoryBytes all of it
 * @param availableMemoryBytes what could be used without swapping
 * @param kernel its release, for example {@code 6.1.0-40-amd64}
 * @param bootId differs after each restart of the host
 */
public record HostFacts(
        int cpus,
        String cpuModel,
        boolean virtualization,
        long memoryBytes,
        long availableMemoryBytes,
        String kernel,
        String bootId) {
    private static final Pattern TSC_REFINED =
            Pattern.compile("tsc: Refined TSC clocksource calibration: ([0-9]+)\\.([0-9]{3}) MHz");
    private static final Pattern TSC_DETECTED =
            Pattern.compile("tsc: Detected ([0-9]+)\\.([0-9]{3}) MHz");
    private static final Pattern CPU_MHZ = Pattern.compile("cpu MHz\\s*: ([0-9]+)\\.([0-9]{3})");

    /** Looks at this host. */
    public static HostFacts read() throws IOException {
        return read(Path.of("/proc"));
    }

    /** Looks at a {@code /proc} file system, or a recording of one. */
    static HostFacts read(Path proc) throws IOException {
        String cpuinfo = Files.readString(proc.resolve("cpuinfo"), UTF_8);
        String meminfo = Files.readString(proc.resolve("meminfo"), UTF_8);
        return new HostFacts(
                (int) Pattern.compile("(?m)^processor\\s*:").matcher(cpuinfo).results().count(),
                field(cpuinfo, "model name"),
                virtualization(cpuinfo),
                kibibytes(meminfo, "MemTotal"),
                kibibytes(meminfo, "MemAvailable"),
                Files.readString(proc.resolve("sys/kernel/osrelease"), UTF_8).strip(),
                Files.readString(proc.resolve("sys/kernel/random/boot_id"), UTF_8).strip());
    }

    /** Bytes of a file system that may still be written. */
    public static long freeBytes(Path path) throws IOException {
        return Files.getFileStore(path).getUsableSpace();
    }

    /** Bytes of a file system. */
    public static long totalBytes(Path path) throws IOException {
        return Files.getFileStore(path).getTotalSpace();
    }

    /**
     * The rate of the processor's time stamp counter in kHz, which an emulated machine's counter
     * has too. The kernel's own measurement where its log still has it; the processor's clock,
     * which may differ where frequencies change, otherwise.
     *
     * @param kernelLog what {@code dmesg} says
     * @param cpuinfo the text of {@code /proc/cpuinfo}
     */
    public static OptionalLong tscKhz(String kernelLog, String cpuinfo) {
        for (Pattern pattern : new Pattern[] {TSC_REFINED, TSC_DETECTED}) {
            Matcher matcher = pattern.matcher(kernelLog);
            if (matcher.find()) {
                return khz(matcher);
            }
        }
        Matcher matcher = CPU_MHZ.matcher(cpuinfo);
        return matcher.find() ? khz(matcher) : OptionalLong.empty();
    }

    private static OptionalLong khz(Matcher matcher) {
        return OptionalLong.of(
                Long.parseLong(matcher.group(1)) * 1000 + Long.parseLong(matcher.group(2)));
    }

    private static boolean virtualization(String cpuinfo) {
        String flags = " " + field(cpuinfo, "flags") + " ";
        return flags.contains(" vmx ") || flags.contains(" svm ");
    }

    private static String field(String text, String name) {
        Matcher matcher =
                Pattern.compile("(?m)^" + Pattern.quote(name) + "\\s*:\\s*(.*)$").matcher(text);
        return matcher.find() ? matcher.group(1).strip() : "";
    }

    private static long kibibytes(String meminfo, String name) throws IOException {
        String value = field(meminfo, name);
        if (!value.endsWith(" kB")) {
            throw new IOException("/proc/meminfo has no " + name);
        }
        return Long.parseLong(value.substring(0, value.length() - 3).strip()) * 1024;
    }
}
