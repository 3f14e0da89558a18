package io.brume.cli.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What of a cloud is on this machine: processes, namespaces, links, routes, tables, mounts, groups,
 * files.
 */
final class Leftovers {
    private Leftovers() {}

    /**
     * Everything that bears the cloud's name or folder, one line each.
     *
     * @param pool the cloud's public addresses, as {@code 198.18.7.}
     */
    static List<String> of(String name, Path data, String pool) throws IOException {
        var found = new ArrayList<String>();
        processes(data).forEach(pid -> found.add("process " + pid + " " + commandLine(pid)));
        add(found, "namespace", lines("ip", "netns", "list"), line -> line.startsWith(name + "-"));
        add(found, "link", lines("ip", "-o", "link"), line -> line.contains(" " + name + "-"));
        add(
                found,
                "route",
                lines("ip", "route", "show", "table", "all"),
                line -> line.contains(pool));
        add(found, "address", lines("ip", "-o", "addr"), line -> line.contains(pool));
        add(
                found,
                "nftables",
                lines("nft", "list", "tables"),
                line -> line.matches(".* " + name + "(-.*)?"));
        add(
                found,
                "mount",
                Files.readAllLines(Path.of("/proc/mounts"), UTF_8),
                line -> line.contains(data.toString()));
        add(
                found,
                "control group",
                lines("find", "/sys/fs/cgroup", "-type", "d", "-name", name),
                line -> true);
        if (Files.exists(data)) {
            found.add("folder " + data);
        }
        return found;
    }

    private static void add(
            List<String> found, String kind, List<String> lines, Predicate<String> ours) {
        lines.stream().filter(ours).forEach(line -> found.add(kind + " " + line.strip()));
    }

    private static List<String> lines(String... command) {
        return Command.run(Duration.ofSeconds(20), command).output().lines().toList();
    }

    /** The processes that were started with a file of that folder among their arguments. */
    static List<Long> processes(Path data) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.map(each -> each.getFileName().toString())
                    .filter(each -> each.matches("[0-9]+"))
                    .map(Long::valueOf)
                    .filter(pid -> commandLine(pid).contains(data + "/"))
                    .sorted()
                    .toList();
        }
    }

    static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline")).replace('\0', ' ');
        } catch (IOException e) {
            // It has ended since it was listed.
            return "";
        }
    }
}
