package io.brume.node.instance.qemu;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.node.host.ControlGroupLimits;
import io.brume.node.host.ControlGroups;
import io.brume.node.host.Daemon;
import io.brume.node.host.DaemonCommand;
import io.brume.node.host.DurableFiles;
import io.brume.node.host.HostFacts;
import io.brume.node.host.Processes;
import io.brume.node.instance.Acceleration;
import io.brume.node.instance.GuestExit;
import io.brume.node.instance.GuestExit.Cause;
import io.brume.node.instance.GuestSpec;
import io.brume.node.instance.GuestSpec.Boot;
import io.brume.node.instance.GuestState;
import io.brume.node.instance.Hypervisor;
import io.brume.node.instance.SerialConsole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guests as QEMU processes. A new object on the same folder finds those of the one before, running
 * or ended, whatever became of that one. Closing it leaves every guest as it is.
 */
public final class QemuHypervisor implements Hypervisor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QemuHypervisor.class);
    private static final Duration UPKEEP = Duration.ofSeconds(2);
    // Beside the guest's own memory: QEMU itself, its threads' stacks, device buffers.
    private static final long OVERHEAD_MIB = 192;
    private static final int MAX_SOCKET_PATH = 107;
    // vCPU, disk worker (64 per QEMU at most), I/O and signal threads.
    private static final int THREADS = 96;

    private final QemuSettings settings;
    private final Processes processes;
    private final ControlGroups groups;
    private final Time time;
    private final String bootId;
    private final QemuHost host;
    private final ConcurrentMap<String, QemuGuest> running = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, GuestExit> ended = new ConcurrentHashMap<>();
    private final Map<String, Long> trimmed = new HashMap<>();
    private final List<Consumer<GuestExit>> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock uidLock = new ReentrantLock();
    private final Thread upkeep;
    private volatile boolean closed;

    /** Looks at the host and takes up the guests that are there. */
    public QemuHypervisor(
            QemuSettings settings, Processes processes, ControlGroups groups, Time time)
            throws IOException {
        this.settings = requireNonNull(settings);
        this.processes = requireNonNull(processes);
        this.groups = requireNonNull(groups);
        this.time = requireNonNull(time);
        var facts = HostFacts.read();
        this.bootId = facts.bootId();
        this.host = new QemuProbe(processes, settings).probe(facts);
        Files.createDirectories(settings.root());
        adoptAll();
        this.upkeep = Thread.ofVirtual().name("qemu upkeep").start(this::keepUp);
    }

    @Override
    public Acceleration acceleration() {
        return host.acceleration();
    }

    @Override
    public Map<String, GuestState> guests() {
        var all = new HashMap<String, GuestState>();
        ended.forEach((id, exit) ->
                all.put(id, new GuestState(false, exit.runEpoch(), Optional.of(exit))));
        running.forEach((id, guest) ->
                all.put(id, new GuestState(true, guest.start().runEpoch(), Optional.empty())));
        return Map.copyOf(all);
    }

    @Override
    public void start(GuestSpec spec) throws IOException {
        String id = spec.instanceId();
        if (running.containsKey(id)) {
            return;
        }
        var folder = folder(id);
        try {
            prepareAndLaunch(folder, spec);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        ended.remove(id);
    }

    private void prepareAndLaunch(GuestFolder folder, GuestSpec spec) throws IOException {
        int uid = reserve(folder, spec);
        var command = QemuCommand.of(host, spec, uid);
        long started = time.nanos();
        Daemon daemon;
        try {
            prepare(folder, spec, uid);
            var entrances = groups.create(spec.instanceId(), limits(spec));
            daemon =
                    processes.start(
                            new DaemonCommand(
                                    command,
                                    folder.path(),
                                    spec.networkNamespace(),
                                    entrances,
                                    folder.file("qemu.log"),
                                    folder.file("process")));
        } catch (IOException e) {
            abandon(folder, e);
            throw e;
        }
        var start = folder.readStart().orElseThrow();
        var guest = new QemuGuest(folder, start, daemon.process(), this::ended);
        try {
            awaitConversation(guest, daemon, started);
        } catch (IOException e) {
            guest.detach();
            daemon.process().kill();
            var problem = new IOException(explained(folder, e), e);
            daemon.process().awaitEnd(Duration.ofSeconds(20));
            abandon(folder, problem);
            throw problem;
        }
        running.put(spec.instanceId(), guest);
        watch(guest);
        LOG.info(
                "{} runs as process {} after {} ms",
                spec.instanceId(),
                daemon.process().pid(),
                time.since(started).toMillis());
    }

    private int reserve(GuestFolder folder, GuestSpec spec) throws IOException {
        if (folder.file(QemuCommand.CONSOLE_SOCKET).toString().length() > MAX_SOCKET_PATH) {
            throw new IOException(
                    "the data directory's name is too long for sockets: " + settings.root());
        }
        uidLock.lock();
        try {
            int uid = freeUid(folder);
            Files.createDirectories(folder.path());
            folder.clear();
            folder.writeStart(spec, bootId, uid);
            return uid;
        } finally {
            uidLock.unlock();
        }
    }

    private void prepare(GuestFolder folder, GuestSpec spec, int uid) throws IOException {
        Files.setPosixFilePermissions(folder.path(), PosixFilePermissions.fromString("rwx------"));
        if (spec.boot() instanceof Boot.Firmware(boolean uefi) && uefi) {
            Path variables = folder.file(QemuCommand.UEFI_VARIABLES);
            if (!Files.exists(variables)) {
                Files.copy(host.uefi().orElseThrow().variables(), variables);
            }
        }
        own(folder.path(), uid);
        for (var disk : spec.disks()) {
            own(disk.path(), uid);
        }
    }

    private ControlGroupLimits limits(GuestSpec spec) {
        long mib =
                spec.memoryMib()
                        + spec.memoryMib() / 32
                        + OVERHEAD_MIB
                        + (host.kvm() ? 0 : QemuCommand.TRANSLATION_BUFFER_MIB);
        return new ControlGroupLimits(
                spec.cpuLimitMillis(), mib * 1024 * 1024, THREADS + spec.vcpus());
    }

    private void awaitConversation(QemuGuest guest, Daemon daemon, long started)
            throws IOException {
        Path socket = guest.folder().file(QemuCommand.QMP_SOCKET);
        while (!Files.exists(socket)) {
            if (daemon.exitCode().isDone()) {
                throw new IOException("QEMU ended with " + daemon.exitCode().join());
            }
            if (time.since(started).compareTo(settings.startTimeout()) > 0) {
                throw new IOException("QEMU was not ready within " + settings.startTimeout());
            }
            pause(Duration.ofMillis(1));
        }
        connectWhenListening(guest, daemon);
    }

    // The socket's name exists a moment before somebody listens.
    private void connectWhenListening(QemuGuest guest, Daemon daemon) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                guest.connect();
                return;
            } catch (java.net.ConnectException e) {
                if (attempt == 200 || daemon.exitCode().isDone()) {
                    throw e;
                }
                pause(Duration.ofMillis(5));
            }
        }
    }

    private static void pause(Duration duration) throws IOException {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String explained(GuestFolder folder, IOException e) throws IOException {
        String log = folder.logTail();
        return log.isEmpty() ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + log;
    }

    private void abandon(GuestFolder folder, IOException cause) {
        try {
            groups.remove(folder.instanceId());
            DurableFiles.deleteTree(folder.path());
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void powerDown(String instanceId) throws IOException {
        var guest = running.get(instanceId);
        if (guest != null) {
            guest.folder().orderStop("power button");
            guest.execute("system_powerdown", Map.of());
        }
    }

    @Override
    public void kill(String instanceId) throws IOException {
        var guest = running.get(instanceId);
        if (guest != null) {
            guest.folder().orderStop("force");
            guest.kill();
        }
    }

    @Override
    public void reset(String instanceId) throws IOException {
        var guest = running.get(instanceId);
        if (guest == null) {
            throw new IOException(instanceId + " does not run");
        }
        guest.execute("system_reset", Map.of());
    }

    @Override
    public void destroy(String instanceId) throws IOException {
        kill(instanceId);
        var folder = folder(instanceId);
        groups.remove(instanceId);
        DurableFiles.deleteTree(folder.path());
        ended.remove(instanceId);
    }

    @Override
    public byte[] consoleOutput(String instanceId, int maxBytes) throws IOException {
        return new ConsoleLog(folder(instanceId).file(QemuCommand.CONSOLE_LOG), processes)
                .read(maxBytes);
    }

    @Override
    public byte[] screenshot(String instanceId) throws IOException {
        var guest = alive(instanceId);
        if (guest.start().direct()) {
            return Screen.jpeg(
                    ConsolePicture.draw(consoleOutput(instanceId, ConsolePicture.MAX_BYTES)));
        }
        Path file = guest.folder().file("screen.ppm");
        guest.execute("screendump", Map.of("filename", file.getFileName().toString()));
        try {
            return Screen.jpeg(Screen.picture(Files.readAllBytes(file)));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Override
    public SerialConsole openConsole(String instanceId) throws IOException {
        return alive(instanceId).console().join();
    }

    private QemuGuest alive(String instanceId) throws IOException {
        var guest = running.get(instanceId);
        if (guest == null) {
            throw new IOException(instanceId + " does not run");
        }
        return guest;
    }

    @Override
    public void onExit(Consumer<GuestExit> listener) {
        listeners.add(requireNonNull(listener));
    }

    private void ended(QemuGuest guest, GuestExit exit) {
        String id = exit.instanceId();
        GuestExit told = exit;
        if (exit.cause() == Cause.HYPERVISOR && groups.memoryKills(id) > 0) {
            told =
                    new GuestExit(
                            id,
                            exit.runEpoch(),
                            Cause.HYPERVISOR,
                            "QEMU was ended by the host's kernel: it used more memory than its"
                                    + " limit");
        }
        ended.put(id, told);
        running.remove(id, guest);
        try {
            guest.folder().writeExit(told);
            groups.remove(id);
        } catch (IOException e) {
            LOG.warn("{} could not be cleaned up: {}", id, e.getMessage());
        }
        LOG.info("{} ended: {} ({})", id, told.cause(), told.reason());
        for (var listener : listeners) {
            listener.accept(told);
        }
    }

    private void adoptAll() throws IOException {
        try (var folders = Files.list(settings.root())) {
            for (Path path : folders.filter(Files::isDirectory).toList()) {
                var folder = new GuestFolder(path);
                var start = folder.readStart();
                if (start.isPresent()) {
                    adopt(folder, start.get());
                } else {
                    DurableFiles.deleteTree(path); // Its start had not even been decided.
                }
            }
        }
    }

    private void adopt(GuestFolder folder, GuestFolder.Start start) throws IOException {
        var process = folder.readProcess();
        boolean sameBoot = start.bootId().equals(bootId);
        if (sameBoot && process.isPresent() && process.get().alive()) {
            var guest = new QemuGuest(folder, start, process.get(), this::ended);
            running.put(start.instanceId(), guest);
            watch(guest);
            LOG.info("{} still runs as process {}", start.instanceId(), process.get().pid());
            return;
        }
        var exit = folder.readExit();
        if (exit.isEmpty()) {
            exit =
                    Optional.of(
                            sameBoot || folder.stopOrdered()
                                    ? QemuGuest.exit(folder, start, "")
                                    : new GuestExit(
                                            start.instanceId(),
                                            start.runEpoch(),
                                            Cause.HOST_RESTART,
                                            "the host restarted"));
            folder.writeExit(exit.get());
        }
        groups.remove(start.instanceId());
        ended.put(start.instanceId(), exit.get());
    }

    private void watch(QemuGuest guest) {
        Thread.ofVirtual().name("watch " + guest.folder().instanceId()).start(guest::watch);
    }

    private int freeUid(GuestFolder mine) throws IOException {
        var taken = new HashSet<Integer>();
        try (var folders = Files.list(settings.root())) {
            for (Path path : folders.filter(Files::isDirectory).toList()) {
                if (!path.equals(mine.path())) {
                    new GuestFolder(path).readStart().ifPresent(start -> taken.add(start.uid()));
                }
            }
        }
        int uid = settings.firstUid();
        while (taken.contains(uid)) {
            uid++;
        }
        return uid;
    }

    private GuestFolder folder(String instanceId) {
        Path path = settings.root().resolve(instanceId).normalize();
        if (!settings.root().equals(path.getParent())) {
            throw new IllegalArgumentException("not an instance id: " + instanceId);
        }
        return new GuestFolder(path);
    }

    private static void own(Path path, int uid) throws IOException {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (var children = Files.list(path)) {
                for (Path child : children.toList()) {
                    own(child, uid);
                }
            }
        }
    }

    private void keepUp() {
        while (!closed) {
            try {
                Thread.sleep(UPKEEP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            running.values().forEach(this::keepUp);
        }
    }

    private void keepUp(QemuGuest guest) {
        String id = guest.folder().instanceId();
        try {
            var log = new ConsoleLog(guest.folder().file(QemuCommand.CONSOLE_LOG), processes);
            trimmed.put(id, log.trim(trimmed.getOrDefault(id, 0L)));
            guest.resumeAfterFullDisk();
        } catch (IOException e) {
            LOG.debug("looking after {}", id, e);
        }
    }

    /** Leaves the guests as they are and forgets them. */
    @Override
    public void close() {
        closed = true;
        upkeep.interrupt();
        running.values().forEach(QemuGuest::detach);
    }
}
