package io.brume.node.instance.qemu;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.node.host.ControlGroups;
import io.brume.node.host.DurableFiles;
import io.brume.node.host.HostFacts;
import io.brume.node.host.Processes;
import io.brume.node.instance.Acceleration;
import io.brume.node.instance.GuestExit;
import io.brume.node.instance.GuestExit.Cause;
import io.brume.node.instance.GuestSpec;
import io.brume.node.instance.GuestState;
import io.brume.node.instance.Hypervisor;
import io.brume.node.instance.SerialConsole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guests as QEMU processes. A new object on the same folder finds those of the one before, running
 * or ended, whatever became of that one. Closing it leaves every guest as it is.
 */
public final class QemuHypervisor implements Hypervisor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QemuHypervisor.class);
    private static final Duration UPKEEP = Duration.ofSeconds(2);

    private final QemuSettings settings;
    private final Processes processes;
    private final ControlGroups groups;
    private final GuestLauncher launcher;
    private final String bootId;
    private final QemuHost host;
    private final ConcurrentMap<String, QemuGuest> running = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, GuestExit> ended = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Long> trimmed = new ConcurrentHashMap<>();
    private final List<Consumer<GuestExit>> listeners = new CopyOnWriteArrayList<>();
    private final Thread upkeep;
    private volatile boolean closed;

    /** Looks at the host and takes up the guests that are there. */
    public QemuHypervisor(
            QemuSettings settings, Processes processes, ControlGroups groups, Time time)
            throws IOException {
        this.settings = requireNonNull(settings);
        this.processes = requireNonNull(processes);
        this.groups = requireNonNull(groups);
        var facts = HostFacts.read();
        this.bootId = facts.bootId();
        this.host = new QemuProbe(processes, settings).probe(facts);
        this.launcher = new GuestLauncher(settings, host, bootId, processes, groups, time);
        Files.createDirectories(settings.root());
        adoptAll();
        this.upkeep = Thread.ofVirtual().name("qemu upkeep").start(this::keepUp);
    }

    @Override
    public boolean offersUefi() {
        return host.uefi().isPresent();
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
        var guest = launcher.launch(folder(id), spec, this::ended);
        ended.remove(id);
        running.put(id, guest);
        watch(guest);
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
    public Set<String> holders(String volumeId) {
        return running.values().stream()
                .map(QemuGuest::folder)
                .filter(folder -> VolumePlugs.isLinked(folder, volumeId))
                .map(GuestFolder::instanceId)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void attach(String instanceId, GuestSpec.Volume volume) throws IOException {
        var guest = running.get(instanceId);
        if (guest != null) {
            guest.volumes().attach(volume);
        }
    }

    @Override
    public boolean detach(String instanceId, GuestSpec.Volume volume) throws IOException {
        var guest = running.get(instanceId);
        return guest == null || guest.volumes().detach(volume);
    }

    @Override
    public void sever(String instanceId, GuestSpec.Volume volume) throws IOException {
        var guest = running.get(instanceId);
        if (guest != null) {
            guest.volumes().sever(volume);
        }
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
        try {
            told = withKernelsWord(exit);
            guest.folder().writeExit(told);
            groups.remove(id);
        } catch (IOException e) {
            // It has ended all the same; a full disk must not hide that.
            LOG.warn("what is left of {} could not be put in order", id, e);
        }
        ended.put(id, told);
        running.remove(id, guest);
        trimmed.remove(id);
        LOG.info("{} ended: {} ({})", id, told.cause(), told.reason());
        for (var listener : listeners) {
            listener.accept(told);
        }
    }

    private GuestExit withKernelsWord(GuestExit exit) throws IOException {
        if (exit.cause() != Cause.HYPERVISOR || groups.memoryKills(exit.instanceId()) == 0) {
            return exit;
        }
        return new GuestExit(
                exit.instanceId(),
                exit.runEpoch(),
                Cause.HYPERVISOR,
                "QEMU was ended by the host's kernel: it used more memory than its limit");
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

    private GuestFolder folder(String instanceId) {
        Path path = settings.root().resolve(instanceId).normalize();
        if (!settings.root().equals(path.getParent())) {
            throw new IllegalArgumentException("not an instance id: " + instanceId);
        }
        return new GuestFolder(path);
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
