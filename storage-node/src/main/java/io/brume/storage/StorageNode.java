package io.brume.storage;

import io.brume.common.config.ConfigurationException;
import io.brume.common.lifecycle.Lifecycle;
import io.brume.common.telemetry.StatusServer;
import io.brume.common.time.Time;
import io.brume.storage.block.BlockOptions;
import io.brume.storage.block.DiskBlockStore;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.chunks.GrpcChunkPeers;
import io.brume.storage.peer.PeerChannels;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
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
        life.start("data folder", () -> DataLock.of(settings.data()));
        String hostName = settings.hostName().orElseGet(StorageNode::systemHostName);
        RandomGenerator random = new SecureRandom();
        var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(metrics);
        var running = new AtomicReference<@Nullable RunningStorage>();
        StatusServer status =
                life.start(
                        "status",
                        () ->
                                new StatusServer(
                                        new InetSocketAddress(
                                                settings.listen().host(), settings.listen().port()),
                                        () -> notReady(running.get()),
                                        metrics::scrape));
        var channels = new PeerChannels();
        var peers = new GrpcChunkPeers(channels);
        RunningStorage storage =
                life.start(
                        "storage",
                        () ->
                                RunningStorage.start(
                                        settings,
                                        hostName,
                                        open(settings, peers, random),
                                        channels,
                                        peers,
                                        metrics,
                                        random));
        running.set(storage);
        endWhenTheDiskFails(storage, life);
        Gauge.builder("brume.storage.connected", storage, one -> one.isConnected() ? 1 : 0)
                .description("1 while in session with the control plane")
                .register(metrics);
        LOG.info(
                "{} is up after {} ms; status at {}:{}",
                storage.nodeId(),
                Time.system().since(started).toMillis(),
                settings.listen().host(),
                status.port());
    }

    private static DiskBlockStore open(
            StorageSettings settings, GrpcChunkPeers peers, RandomGenerator random)
            throws IOException {
        BlockOptions standard = BlockOptions.STANDARD;
        return DiskBlockStore.open(
                settings.data().resolve("blocks"),
                BlockFiles.system(),
                peers,
                new BlockOptions(
                        standard.segment(),
                        standard.journalFile(),
                        standard.journalFiles(),
                        settings.blockReserve().bytes(),
                        standard.inPlace()),
                random);
    }

    /**
     * Ends the program when its disk has failed, so that it starts anew and reads what is there.
     */
    private static void endWhenTheDiskFails(RunningStorage storage, Lifecycle life) {
        ScheduledExecutorService watch =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("disk-watch").factory());
        life.onStop("disk watch", watch::shutdownNow);
        var _ =
                watch.scheduleWithFixedDelay(
                        () -> storage.failure().ifPresent(StorageNode::endFor),
                        1,
                        1,
                        TimeUnit.SECONDS);
    }

    private static void endFor(IOException failure) {
        LOG.error("The disk has failed; the program ends to start anew", failure);
        // Not by exit: that would wait for the parts, which may be waiting for the disk.
        Runtime.getRuntime().halt(1);
    }

    private static Optional<String> notReady(@Nullable RunningStorage storage) {
        if (storage == null) {
            return Optional.of("starting: joining the cloud, or taking up what the disk has");
        }
        return storage.isConnected() ? Optional.empty() : Optional.of("not in session");
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
