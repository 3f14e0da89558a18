package io.brume.node.network.dhcp;

import static java.util.Objects.requireNonNull;

import io.brume.node.network.HostCommands;
import io.brume.node.network.VpcTopology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One VPC's dnsmasq: started, told of changes, restarted when it has died, adopted when an earlier
 * agent left it. Thread-safe.
 *
 * <p>A process is taken for ours when its command line names our configuration file, which no other
 * cloud's does; a recycled process id therefore does no harm.
 */
public final class Dnsmasq {
    static final String PID_FILE = "pid";
    static final String LEASES = "leases";
    static final String NAMES = "names";
    private static final String CONFIGURATION = "configuration";
    private static final Logger LOG = LoggerFactory.getLogger(Dnsmasq.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(2);

    private final HostCommands commands;
    private final List<String> within;
    private final Path directory;
    private final String user;
    private boolean wanted;
    private long watched;

    /**
     * @param within the words that put a command into the VPC's namespace
     * @param directory for its files; readable by {@code user}
     * @param user the unprivileged user it runs as
     */
    public Dnsmasq(HostCommands commands, List<String> within, Path directory, String user) {
        this.commands = requireNonNull(commands);
        this.within = List.copyOf(within);
        this.directory = requireNonNull(directory);
        this.user = requireNonNull(user);
    }

    /** Makes it serve this topology. */
    public synchronized void apply(VpcTopology topology, int mtu, List<String> upstream)
            throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        DhcpFiles files = DhcpFiles.render(topology, directory, mtu, upstream, user);
        wanted = true;
        boolean released = !read(LEASES).lines().allMatch(files.leases()::contains);
        boolean leased = write(LEASES, files.leases());
        boolean told = write(NAMES, files.names()) || leased;
        boolean changed = write(CONFIGURATION, files.configuration());
        Optional<ProcessHandle> process = process();
        // A lease lives in dnsmasq's memory for an hour and would keep its address from the next
        // interface; leases are not kept on disk, so another process has none.
        if (process.isPresent() && (changed || released)) {
            end(process.get());
            process = Optional.empty();
        }
        if (process.isEmpty()) {
            start();
        } else {
            watch(process.get());
            if (told) {
                commands.require(List.of("kill", "-HUP", "" + process.get().pid()), "");
            }
        }
    }

    /** Ends it and forgets its files. */
    public synchronized void remove() throws IOException {
        wanted = false;
        Optional<ProcessHandle> process = process();
        if (process.isPresent()) {
            end(process.get());
        }
        if (Files.isDirectory(directory)) {
            try (var files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Leaves it running, for the next agent to find. */
    public synchronized void leave() {
        wanted = false;
    }

    /** Its process id, while it runs. */
    public synchronized Optional<Long> pid() {
        return process().map(ProcessHandle::pid);
    }

    private void start() throws IOException {
        var command = new ArrayList<>(within);
        command.add("dnsmasq");
        command.add(argument());
        if (commands.run(command, "", PATIENCE).status() != 0) {
            // One whose process file is lost would hold the sockets for ever.
            strays().forEach(this::end);
            commands.require(command, "");
        }
        Optional<ProcessHandle> process = process();
        if (process.isEmpty()) {
            throw new IOException("dnsmasq of " + directory + " ended at once");
        }
        watch(process.get());
    }

    private void watch(ProcessHandle process) {
        if (watched != process.pid()) {
            watched = process.pid();
            var _ = process.onExit().thenRun(() -> ended(process.pid()));
        }
    }

    private synchronized void ended(long pid) {
        if (!wanted || watched != pid) {
            return;
        }
        LOG.warn("dnsmasq {} of {} has died, starting another", pid, directory);
        try {
            start();
        } catch (IOException e) {
            LOG.error("dnsmasq of {} does not start; the next apply tries again", directory, e);
        }
    }

    private void end(ProcessHandle process) {
        watched = 0;
        process.destroy();
        // It is no child of ours, so there is nothing to wait on but its being gone.
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (runs(process.pid())) {
            if (System.nanoTime() - deadline > 0) {
                process.destroyForcibly();
                return;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /**
     * Whether it may still hold its sockets. A zombie that init has not yet buried does not; a
     * process without a command line that is not yet a zombie still may.
     */
    private static boolean runs(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (IOException e) {
            LOG.trace("{} is gone", pid, e);
            return false;
        }
    }

    private Optional<ProcessHandle> process() {
        try {
            long pid = Long.parseLong(Files.readString(directory.resolve(PID_FILE)).strip());
            return ours(pid) ? ProcessHandle.of(pid) : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            LOG.trace("no dnsmasq for {}", directory, e);
            return Optional.empty();
        }
    }

    private List<ProcessHandle> strays() {
        return ProcessHandle.allProcesses().filter(process -> ours(process.pid())).toList();
    }

    private boolean ours(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/cmdline"));
            return List.of(line.split("\0")).contains(argument());
        } catch (IOException e) {
            LOG.trace("{} is gone", pid, e);
            return false;
        }
    }

    private String argument() {
        return "--conf-file=" + directory.resolve(CONFIGURATION);
    }

    private String read(String name) throws IOException {
        Path file = directory.resolve(name);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** Replaces a file when its content differs; says whether it did. */
    private boolean write(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        if (Files.exists(file) && read(name).equals(content)) {
            return false;
        }
        Path fresh = directory.resolve(name + ".new");
        Files.writeString(fresh, content);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }
}
