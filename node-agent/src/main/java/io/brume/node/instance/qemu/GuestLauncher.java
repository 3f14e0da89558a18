package io.brume.node.instance.qemu;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.node.host.ControlGroupLimits;
import io.brume.node.host.ControlGroups;
import io.brume.node.host.Daemon;
import io.brume.node.host.DaemonCommand;
import io.brume.node.host.DurableFiles;
import io.brume.node.host.Processes;
import io.brume.node.instance.GuestExit;
import io.brume.node.instance.GuestSpec;
import io.brume.node.instance.GuestSpec.Boot;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a specification into a running QEMU process: folder, user, control group, namespace,
 * process, conversation. Thread-safe for different guests.
 */
final class GuestLauncher {
    private static final Logger LOG = LoggerFactory.getLogger(GuestLauncher.class);
    // Beside the guest's own memory: QEMU itself, its threads' stacks, device buffers.
    private static final long OVERHEAD_MIB = 192;
    // What struct sockaddr_un takes.
    private static final int MAX_SOCKET_PATH = 107;
    // vCPU, disk worker (64 per QEMU at most), I/O and signal threads.
    private static final int THREADS = 96;

    private final QemuSettings settings;
    private final QemuHost host;
    private final String bootId;
    private final Processes processes;
    private final ControlGroups groups;
    private final Time time;
    private final ReentrantLock uidLock = new ReentrantLock();

    GuestLauncher(
            QemuSettings settings,
            QemuHost host,
            String bootId,
            Processes processes,
            ControlGroups groups,
            Time time) {
        this.settings = requireNonNull(settings);
        this.host = requireNonNull(host);
        this.bootId = requireNonNull(bootId);
        this.processes = requireNonNull(processes);
        this.groups = requireNonNull(groups);
        this.time = requireNonNull(time);
    }

    /**
     * Starts a guest and returns when it runs.
     *
     * @throws IOException when it cannot be started; nothing is left of it then
     */
    QemuGuest launch(GuestFolder folder, GuestSpec spec, BiConsumer<QemuGuest, GuestExit> ended)
            throws IOException {
        int uid = reserve(folder, spec);
        List<String> command;
        try {
            command = QemuCommand.of(host, spec, uid);
        } catch (IllegalArgumentException e) {
            var invalid = new IOException(e.getMessage(), e);
            abandon(folder, invalid);
            throw invalid;
        }
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
        var guest = new QemuGuest(folder, start, daemon.process(), ended);
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
        LOG.info(
                "{} runs as process {} after {} ms",
                spec.instanceId(),
                daemon.process().pid(),
                time.since(started).toMillis());
        return guest;
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
        for (var volume : spec.volumes()) {
            VolumePlugs.link(folder, volume, uid);
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
            } catch (ConnectException e) {
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
}
