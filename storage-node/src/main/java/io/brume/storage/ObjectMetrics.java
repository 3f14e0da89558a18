package io.brume.storage;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.group.CopyCounts;
import io.brume.storage.object.group.GroupedData;
import io.brume.storage.object.index.group.IndexKeeper;
import io.brume.storage.object.index.group.IndexRole;
import io.brume.storage.object.s3.http.S3Server;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** What the metrics page tells of objects. */
final class ObjectMetrics {
    private final MeterRegistry registry;

    ObjectMetrics(MeterRegistry registry) {
        this.registry = requireNonNull(registry);
    }

    void of(IndexKeeper index, DiskBlobs blobs, GroupedData data, S3Server server) {
        gauge("brume.objects.blobs", "blobs on this node", blobs, one -> one.counts().blobs());
        gauge(
                "brume.objects.segments.live.bytes",
                "what of shared files is needed",
                blobs,
                one -> one.counts().liveBytes());
        gauge(
                "brume.objects.segments.dead.bytes",
                "what of shared files will be given back",
                blobs,
                one -> one.counts().deadBytes());
        gauge(
                "brume.objects.index.leads",
                "1 while this node leads the index",
                index,
                one -> one.role() == IndexRole.LEADER ? 1 : 0);
        gauge(
                "brume.objects.index.member",
                "1 while this node is a member of the index and knows its leader",
                index,
                one -> one.role() == IndexRole.LEADER || one.role() == IndexRole.FOLLOWER ? 1 : 0);
        gauge("brume.s3.connections", "connections of clients", server, S3Server::connections);
        gauge("brume.s3.calls.underway", "calls being handled", server, S3Server::calls);
        count("brume.objects.fetched", "blobs brought from other nodes", data, CopyCounts::fetched);
        count("brume.objects.fetched.bytes", "of those", data, CopyCounts::fetchedBytes);
        count("brume.objects.damaged", "blobs found damaged", data, CopyCounts::damaged);
        count("brume.objects.mended", "blobs written anew", data, CopyCounts::mended);
        count("brume.objects.garbage", "blobs that nothing named", data, CopyCounts::garbage);
        count(
                "brume.objects.handed.over",
                "blobs given up since the nodes that are to have them do",
                data,
                CopyCounts::handedOver);
        gauge(
                "brume.objects.missing",
                "blobs that could not be brought here in the last comparison",
                data,
                one -> one.counts().missing());
        count(
                "brume.objects.scrubbed.bytes",
                "what was read to find damage",
                data,
                CopyCounts::scrubbedBytes);
    }

    private <T> void gauge(String name, String description, T object, ToDoubleFunction<T> value) {
        Gauge.builder(name, object, value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private void count(
            String name, String description, GroupedData data, ToDoubleFunction<CopyCounts> value) {
        FunctionCounter.builder(name, data, one -> value.applyAsDouble(one.counts()))
                .description(description)
                .register(registry);
    }
}
