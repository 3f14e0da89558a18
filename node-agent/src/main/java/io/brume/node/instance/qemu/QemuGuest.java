package io.brume.node.instance.qemu;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.brume.node.host.ProcessIdentity;
import io.brume.node.instance.GuestExit;
import io.brume.node.instance.GuestExit.Cause;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A guest whose process lives: the conversation with it, and one thread that waits for its end.
 * Thread-safe.
 */
final class QemuGuest {
    private static final Logger LOG = LoggerFactory.getLogger(QemuGuest.class);
    private static final Duration END_AFTER_QUIT = Duration.ofSeconds(3);
    private static final Duration END_AFTER_KILL = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final GuestFolder folder;
    private final GuestFolder.Start start;
    private final ProcessIdentity process;
    private final BiConsumer<QemuGuest, GuestExit> ended;
    private final AtomicBoolean detached = new AtomicBoolean();
    private final CountDownLatch gone = new CountDownLatch(1);
    private final Semaphore conversationEnded = new Semaphore(0);
    private final SerialHub console;
    private final VolumePlugs volumes;
    private final ReentrantLock connecting = new ReentrantLock();
    private volatile @Nullable QmpConnection qmp;
    private volatile String shutdownReason = "";

    /**
     * @param ended told once, when the process has ended while this object watched it
     */
    QemuGuest(
            GuestFolder folder,
            GuestFolder.Start start,
            ProcessIdentity process,
            BiConsumer<QemuGuest, GuestExit> ended) {
        this.folder = requireNonNull(folder);
        this.start = requireNonNull(start);
        this.process = requireNonNull(process);
        this.ended = requireNonNull(ended);
        this.console = new SerialHub(folder.file(QemuCommand.CONSOLE_SOCKET));
        this.volumes = new VolumePlugs(folder, start.uid(), this::execute);
    }

    GuestFolder folder() {
        return folder;
    }

    GuestFolder.Start start() {
        return start;
    }

    SerialHub console() {
        return console;
    }

    VolumePlugs volumes() {
        return volumes;
    }

    /** Opens the conversation, if it is not open. The guest waits or runs; it is made to run. */
    QmpConnection connect() throws IOException {
        connecting.lock();
        try {
            var open = qmp;
            return open == null ? converse() : open;
        } finally {
            connecting.unlock();
        }
    }

    private QmpConnection converse() throws IOException {
        var opened = QmpConnection.open(folder.file(QemuCommand.QMP_SOCKET), new Events());
        qmp = opened;
        String status = status(opened);
        switch (status) {
            // It was started, or its disk's file system was full, while the agent went away.
            case "prelaunch", "io-error" -> opened.execute("cont", Map.of());
            case "shutdown" ->
                    finish(opened, shutdownReason.isEmpty() ? "guest-shutdown" : shutdownReason);
            case "guest-panicked" -> finish(opened, "guest-panic");
            default -> LOG.debug("{} is {}", folder.instanceId(), status);
        }
        return opened;
    }

    private static String status(QmpConnection connection) throws IOException {
        return connection.execute("query-status", Map.of()).path("status").asText();
    }

    /** Watches until the process is gone. Runs on its own thread. */
    void watch() {
        try {
            do {
                if (detached.get()) {
                    return;
                }
                reconnect();
            } while (!seenEnd());
            console.close();
            volumes.ended();
            if (!detached.get()) {
                ended.accept(this, exit());
            }
        } catch (IOException e) {
            LOG.error("the end of {} could not be recorded", folder.instanceId(), e);
        } finally {
            gone.countDown();
        }
    }

    // The conversation's end is the quick sign; that the process is gone is the proof.
    private boolean seenEnd() throws IOException {
        try {
            return conversationEnded.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)
                    ? process.awaitEnd(END_AFTER_QUIT)
                    : !process.alive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while watching " + folder.instanceId(), e);
        }
    }

    private void reconnect() {
        try {
            connect();
        } catch (IOException e) {
            LOG.warn("{} does not answer: {}", folder.instanceId(), e.getMessage());
        }
    }

    private GuestExit exit() throws IOException {
        return exit(folder, start, shutdownReason);
    }

    /** How a guest whose process is gone has ended. */
    static GuestExit exit(GuestFolder folder, GuestFolder.Start start, String shutdownReason)
            throws IOException {
        if (folder.stopOrdered()) {
            return new GuestExit(
                    start.instanceId(), start.runEpoch(), Cause.REQUESTED, "stopped as ordered");
        }
        if (shutdownReason.startsWith("guest-")) {
            String reason =
                    shutdownReason.equals("guest-panic")
                            ? "the guest's kernel panicked"
                            : "the guest shut itself down";
            return new GuestExit(start.instanceId(), start.runEpoch(), Cause.GUEST, reason);
        }
        String log = folder.logTail();
        String reason =
                shutdownReason.equals("host-signal")
                        ? "QEMU was told to end by a signal"
                        : "QEMU ended unexpectedly";
        return new GuestExit(
                start.instanceId(),
                start.runEpoch(),
                Cause.HYPERVISOR,
                log.isEmpty() ? reason : reason + ": " + log);
    }

    JsonNode execute(String command, Map<String, ?> arguments) throws IOException {
        return connect().execute(command, arguments);
    }

    /** Lets a guest go on that waits for room on the host's disk. */
    void resumeAfterFullDisk() throws IOException {
        if (execute("query-status", Map.of()).path("status").asText().equals("io-error")) {
            execute("cont", Map.of());
        }
    }

    /** Ends the process and waits until it is gone. */
    void kill() throws IOException {
        var connection = qmp;
        if (connection != null) {
            try {
                connection.execute("quit", Map.of(), END_AFTER_QUIT);
            } catch (IOException e) {
                LOG.debug("{} ended without a word", folder.instanceId(), e);
            }
        }
        if (connection == null || !process.awaitEnd(END_AFTER_QUIT)) {
            process.kill();
            if (!process.awaitEnd(END_AFTER_KILL)) {
                throw new IOException(
                        "the process %d of %s cannot be killed"
                                .formatted(process.pid(), folder.instanceId()));
            }
        }
        awaitRecord();
    }

    private void awaitRecord() throws IOException {
        try {
            if (!gone.await(END_AFTER_KILL.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the end of " + folder.instanceId() + " was not recorded");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + folder.instanceId(), e);
        }
    }

    /** Forgets the guest without a touch to it. */
    void detach() {
        detached.set(true);
        console.close();
        var connection = qmp;
        if (connection != null) {
            connection.close();
        }
        conversationEnded.release();
    }

    // The guest has shut down and its process waits for leave to end.
    private void finish(QmpConnection connection, String reason) {
        shutdownReason = reason;
        Thread.ofVirtual()
                .name("quit " + folder.instanceId())
                .start(() -> {
                    try {
                        folder.writeExit(exit());
                        connection.execute("quit", Map.of(), END_AFTER_QUIT);
                    } catch (IOException e) {
                        LOG.debug("{} ended without a word", folder.instanceId(), e);
                    }
                    endStubborn();
                });
    }

    private void endStubborn() {
        try {
            if (!process.awaitEnd(END_AFTER_QUIT)) {
                process.kill();
            }
        } catch (IOException e) {
            LOG.warn("{} has shut down but its process stays", folder.instanceId(), e);
        }
    }

    private final class Events implements QmpConnection.Listener {
        @Override
        public void event(QmpMessage.Event event) {
            switch (event.name()) {
                case "SHUTDOWN" -> {
                    var connection = qmp;
                    String reason = event.data().path("reason").asText();
                    LOG.info("{} shuts down: {}", folder.instanceId(), reason);
                    if (event.data().path("guest").asBoolean() && connection != null) {
                        finish(connection, reason);
                    } else if (shutdownReason.isEmpty()) {
                        // The order to quit that follows a guest's own end has its event too.
                        shutdownReason = reason;
                    }
                }
                case "DEVICE_DELETED" ->
                        volumes.deviceDeleted(event.data().path("device").asText());
                case "BLOCK_IO_ERROR" ->
                        LOG.warn(
                                "{} has a disk error on {}: {}",
                                folder.instanceId(),
                                event.data().path("device").asText(),
                                event.data().path("reason").asText());
                default -> LOG.trace("{}: {}", folder.instanceId(), event.name());
            }
        }

        @Override
        public void end() {
            qmp = null;
            conversationEnded.release();
        }
    }
}
