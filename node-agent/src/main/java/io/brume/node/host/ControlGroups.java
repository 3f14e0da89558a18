package io.brume.node.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Control groups, one per guest, all below one group of this cloud's own name. Version 1 (a
 * hierarchy per controller), version 2 (one for all) and both at once. A controller that the host
 * does not have is not enforced, see {@link #controllers()}. Thread-safe for different groups.
 *
 * <p>Sources: the kernel's Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst.
 */
public final class ControlGroups {
    private static final Set<String> WANTED = Set.of("cpu", "memory", "pids");
    private static final long CPU_PERIOD_MICROS = 100_000;
    private static final long MICROS_PER_MILLI_CPU = CPU_PERIOD_MICROS / 1000;
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{0,100}";

    private final String parent;
    // Controller to the root of the hierarchy that has it.
    private final Map<String, Path> version1;
    private final Optional<Path> version2;
    private final Set<String> version2Controllers;

    private ControlGroups(
            String parent,
            Map<String, Path> version1,
            Optional<Path> version2,
            Set<String> version2Controllers) {
        this.parent = parent;
        this.version1 = version1;
        this.version2 = version2;
        this.version2Controllers = version2Controllers;
    }

    /**
     * The hierarchies that are mounted.
     *
     * @param parent the name of the group that holds all others
     * @param mounts the text of {@code /proc/self/mounts}
     */
    public static ControlGroups of(String parent, String mounts) throws IOException {
        var version1 = new LinkedHashMap<String, Path>();
        Optional<Path> version2 = Optional.empty();
        var version2Controllers = new TreeSet<String>();
        for (String line : mounts.lines().toList()) {
            String[] field = line.split(" ", -1);
            if (field.length < 4) {
                continue;
            }
            Path root = Path.of(field[1]);
            if (field[2].equals("cgroup")) {
                for (String option : field[3].split(",", -1)) {
                    if (WANTED.contains(option)) {
                        version1.putIfAbsent(option, root);
                    }
                }
            } else if (field[2].equals("cgroup2") && version2.isEmpty()) {
                var there =
                        List.of(
                                Files.readString(root.resolve("cgroup.controllers"))
                                        .strip()
                                        .split(" ", -1));
                there.stream().filter(WANTED::contains).forEach(version2Controllers::add);
                version2 = version2Controllers.isEmpty() ? version2 : Optional.of(root);
            }
        }
        version2Controllers.removeAll(version1.keySet());
        return new ControlGroups(checked(parent), version1, version2, version2Controllers);
    }

    /** The hierarchies of this host. */
    public static ControlGroups ofHost(String parent) throws IOException {
        return of(parent, Files.readString(Path.of("/proc/self/mounts")));
    }

    /** The controllers that are enforced, of cpu, memory and pids. */
    public Set<String> controllers() {
        var all = new TreeSet<>(version1.keySet());
        all.addAll(version2Controllers);
        return all;
    }

    /**
     * Makes a group, or sets the limits of the one that is there.
     *
     * @return the files to write a process id to, for it to enter the group
     */
    public List<Path> create(String name, ControlGroupLimits limits) throws IOException {
        requireNonNull(limits);
        var entrances = new ArrayList<Path>();
        for (var hierarchy : version1.entrySet()) {
            Path group = hierarchy.getValue().resolve(parent).resolve(checked(name));
            Files.createDirectories(group);
            switch (hierarchy.getKey()) {
                case "cpu" -> cpuVersion1(group, limits);
                case "memory" -> memoryVersion1(group, limits);
                default -> write(group.resolve("pids.max"), orMax(limits.processes()));
            }
            entrances.add(group.resolve("cgroup.procs"));
        }
        if (version2.isPresent() && !version2Controllers.isEmpty()) {
            Path group = createVersion2(version2.get(), checked(name));
            if (version2Controllers.contains("cpu")) {
                write(group.resolve("cpu.max"), quota(limits, "max") + " " + CPU_PERIOD_MICROS);
            }
            if (version2Controllers.contains("memory")) {
                write(group.resolve("memory.max"), orMax(limits.memoryBytes()));
            }
            if (version2Controllers.contains("pids")) {
                write(group.resolve("pids.max"), orMax(limits.processes()));
            }
            entrances.add(group.resolve("cgroup.procs"));
        }
        return entrances.stream().distinct().toList();
    }

    /** Removes a group whose processes are gone. Does nothing when it is not there. */
    public void remove(String name) throws IOException {
        for (Path group : groups(checked(name))) {
            delete(group);
        }
    }

    /** Removes the group that holds all others, unless it still holds one. */
    public void removeParent() throws IOException {
        for (Path group : parents()) {
            try {
                Files.deleteIfExists(group);
            } catch (FileSystemException e) {
                // Guests live on when the agent ends.
                if (!busy(e) && !(e instanceof DirectoryNotEmptyException)) {
                    throw e;
                }
            }
        }
    }

    /** The names of the groups that are there. */
    public Set<String> names() throws IOException {
        var names = new TreeSet<String>();
        for (Path group : parents()) {
            if (Files.isDirectory(group)) {
                try (var children = Files.list(group)) {
                    children.filter(Files::isDirectory)
                            .forEach(child -> names.add(child.getFileName().toString()));
                }
            }
        }
        return names;
    }

    /** How often the kernel ended a process of the group because memory ran out. */
    public long memoryKills(String name) throws IOException {
        for (Path group : groups(checked(name))) {
            for (String file : List.of("memory.events", "memory.oom_control")) {
                if (Files.exists(group.resolve(file))) {
                    for (String line : Files.readAllLines(group.resolve(file))) {
                        if (line.startsWith("oom_kill ")) {
                            return Long.parseLong(line.substring("oom_kill ".length()).strip());
                        }
                    }
                }
            }
        }
        return 0;
    }

    private static void cpuVersion1(Path group, ControlGroupLimits limits) throws IOException {
        write(group.resolve("cpu.cfs_period_us"), Long.toString(CPU_PERIOD_MICROS));
        write(group.resolve("cpu.cfs_quota_us"), quota(limits, "-1"));
    }

    private static void memoryVersion1(Path group, ControlGroupLimits limits) throws IOException {
        write(
                group.resolve("memory.limit_in_bytes"),
                limits.memoryBytes() == 0 ? "-1" : Long.toString(limits.memoryBytes()));
    }

    private Path createVersion2(Path root, String name) throws IOException {
        String enable = "+" + String.join(" +", version2Controllers);
        write(root.resolve("cgroup.subtree_control"), enable);
        Path all = root.resolve(parent);
        Files.createDirectories(all);
        write(all.resolve("cgroup.subtree_control"), enable);
        Path group = all.resolve(name);
        Files.createDirectories(group);
        return group;
    }

    private List<Path> groups(String name) {
        return parents().stream().map(path -> path.resolve(name)).toList();
    }

    private List<Path> parents() {
        var roots = new ArrayList<>(version1.values());
        version2.ifPresent(roots::add);
        return roots.stream().distinct().map(root -> root.resolve(parent)).toList();
    }

    // A process that has just ended can hold its group for a moment more.
    private static void delete(Path group) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Files.deleteIfExists(group);
                return;
            } catch (FileSystemException e) {
                if (attempt == 100 || !busy(e)) {
                    throw e;
                }
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while removing " + group, e);
            }
        }
    }

    private static boolean busy(FileSystemException e) {
        String reason = e.getReason();
        return reason != null && reason.contains("busy");
    }

    private static String quota(ControlGroupLimits limits, String unlimited) {
        return limits.cpuMillis() == 0
                ? unlimited
                : Long.toString(Math.max(1000, limits.cpuMillis() * MICROS_PER_MILLI_CPU));
    }

    private static String orMax(long limit) {
        return limit == 0 ? "max" : Long.toString(limit);
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(UTF_8));
    }

    private static String checked(String name) {
        if (!name.matches(NAME)) {
            throw new IllegalArgumentException("not a control group's name: " + name);
        }
        return name;
    }
}
