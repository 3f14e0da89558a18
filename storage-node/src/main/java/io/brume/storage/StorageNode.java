package io.brume.storage;

import io.brume.common.config.ConfigurationException;
import io.brume.common.lifecycle.Lifecycle;
import io.brume.common.telemetry.StatusServer;
import io.brume.common.time.Time;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityFiles;
import io.brume.storage.rpc.ControlPlaneClient;
import io.brume.storage.rpc.StorageSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storage node's program: {@code --config FILE}. Runs until it is asked to end; ends with 2
 * when its configuration cannot be used, 1 when it cannot start.
 */
public final class StorageNode {
    private static final Logger LOG = LoggerFactory.getLogger(StorageNode.class);

    private StorageNode() {}

    public static void main(String[] arguments) {
        if (arguments.length != 2 || !arguments[0].equals("--config")) {
            LOG.error("Usage: storage-node --config FILE");
            System.exit(2);
        }
        var life = new Lifecycle("storage-node");
        life.stopAtShutdown();
        try {
            run(StorageSettings.read(Path.of(arguments[1])), life);
            life.awaitEnd();
        } catch (ConfigurationException e) {
            LOG.error("The configuration cannot be used.\n{}", e.getMessage());
            System.exit(2);
        } catch (Exception e) {
            LOG.error("The storage node cannot start: {}", e.getMessage(), e);
            System.exit(1);
        }
    }

    private static void run(StorageSettings settings, Lifecycle life) throws Exception {
        long started = Time.system().nanos();
        Files.createDirectories(settings.data());
        String hostName = settings.hostName().orElseGet(StorageNode::systemHostName);
        RandomGenerator random = new SecureRandom();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        life.onStop("threads", threads::shutdownNow);
        var client =
                new ControlPlaneClient(
                        settings.control(),
                        new IdentityFiles(settings.data().resolve("identity")),
                        threads,
                        random);
        Identity identity = client.join(settings.joinToken(), hostName, settings.zone());
        var facts = new DiskFacts(hostName, settings.zone(), settings.data());
        StorageSession session =
                life.start(
                        "session",
                        () ->
                                new StorageSession(
                                        client,
                                        identity,
                                        version(),
                                        facts::facts,
                                        facts::vitals,
                                        Time.system(),
                                        random));
        StatusServer status =
                life.start(
                        "status",
                        () ->
                                new StatusServer(
                                        new InetSocketAddress(
                                                settings.listen().host(), settings.listen().port()),
                                        () ->
                                                session.isConnected()
                                                        ? Optional.empty()
                                                        : Optional.of("not in session"),
                                        () -> metrics(facts, session)));
        LOG.info(
                "{} is up after {} ms; status at {}:{}",
                identity.name(),
                Time.system().since(started).toMillis(),
                settings.listen().host(),
                status.port());
    }

    /**
     * In Prometheus' text format. A handful of figures needs no registry; that comes with block and
     * object service.
     */
    private static String metrics(DiskFacts facts, StorageSession session) {
        return """
        # HELP brume_storage_connected 1 while in session with the control plane
        # TYPE brume_storage_connected gauge
        brume_storage_connected %d
        # HELP brume_storage_disk_bytes size of the file system that data is on
        # TYPE brume_storage_disk_bytes gauge
        brume_storage_disk_bytes %d
        # HELP brume_storage_disk_free_bytes what may still be written
        # TYPE brume_storage_disk_free_bytes gauge
        brume_storage_disk_free_bytes %d
        """
                .formatted(session.isConnected() ? 1 : 0, facts.totalBytes(), facts.freeBytes());
    }

    private static String version() {
        return Optional.ofNullable(StorageNode.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private static String systemHostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            LOG.warn("The system's host name cannot be read: {}", e.toString());
            return "unnamed";
        }
    }
}
