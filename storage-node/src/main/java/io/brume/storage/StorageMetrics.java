package io.brume.storage;

import io.brume.proto.block.Operation;
import io.brume.storage.block.BlockStore;
import io.brume.storage.block.Replica;
import io.brume.storage.scrub.Scrubber;
import io.brume.storage.wire.BlockCounters;
import io.brume.storage.wire.BlockServer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What the metrics page tells of disk and blocks. */
final class StorageMetrics {
    private final MeterRegistry registry;

    StorageMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void disk(DiskFacts facts) {
        gauge(
                "brume.storage.disk.bytes",
                "size of the file system that data is on",
                facts,
                DiskFacts::totalBytes);
        gauge(
                "brume.storage.disk.free.bytes",
                "what may still be written",
                facts,
                DiskFacts::freeBytes);
    }

    void requests(BlockCounters counters) {
        for (Operation operation : Operation.values()) {
            FunctionCounter.builder(
                            "brume.storage.block.requests",
                            counters,
                            one -> one.requests(operation))
                    .tag("operation", operation.name().toLowerCase(Locale.ROOT))
                    .description("requests of coordinators")
                    .register(registry);
        }
        count(
                "brume.storage.block.refusals",
                "requests that could not be served",
                counters,
                BlockCounters::refusals);
        count(
                "brume.storage.block.read.bytes",
                "what was read, without zeros",
                counters,
                BlockCounters::bytesRead);
        count(
                "brume.storage.block.written.bytes",
                "what was written",
                counters,
                BlockCounters::bytesWritten);
        count(
                "brume.storage.block.flushes",
                "flushes made; one may answer many requests",
                counters,
                BlockCounters::flushes);
        count(
                "brume.storage.block.malformed.connections",
                "connections that ended because of what they sent",
                counters,
                BlockCounters::malformedConnections);
    }

    void blocks(BlockStore store, BlockServer server) {
        gauge(
                "brume.storage.block.connections",
                "connections of coordinators",
                server,
                BlockServer::connections);
        gauge(
                "brume.storage.block.replicas",
                "replicas on this node",
                store,
                one -> one.replicas().size());
        gauge(
                "brume.storage.block.snapshots",
                "snapshots on this node",
                store,
                one -> one.snapshots().size());
        gauge(
                "brume.storage.block.stored.bytes",
                "what the replicas take on the disk",
                store,
                one -> sum(one, Replica::storedBytes));
        gauge(
                "brume.storage.block.free.bytes",
                "what volumes may still write",
                store,
                BlockStore::freeBytes);
        FunctionCounter.builder(
                        "brume.storage.block.corrupt.blocks",
                        store,
                        one -> sum(one, Replica::corruptBlocks))
                .description("blocks found damaged since the program started")
                .register(registry);
    }

    void scrub(Scrubber scrubber) {
        count(
                "brume.storage.scrub.bytes",
                "what was read to find damage",
                scrubber,
                Scrubber::bytes);
        count(
                "brume.storage.scrub.rounds",
                "how often everything was read",
                scrubber,
                Scrubber::rounds);
        count(
                "brume.storage.scrub.damaged.chunks",
                "chunks of snapshots found damaged",
                scrubber,
                Scrubber::damagedChunks);
        count(
                "brume.storage.scrub.mended.chunks",
                "chunks of snapshots that were fetched anew",
                scrubber,
                Scrubber::mendedChunks);
    }

    private static double sum(BlockStore store, ToDoubleFunction<Replica> figure) {
        return store.replicas().values().stream().mapToDouble(figure).sum();
    }

    private <T> void gauge(String name, String description, T object, ToDoubleFunction<T> value) {
        Gauge.builder(name, object, value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private <T> void count(String name, String description, T object, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, object, value).description(description).register(registry);
    }
}
