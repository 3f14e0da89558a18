package io.brume.storage.object.engine;

import io.brume.common.raft.RaftTuning;
import io.brume.common.time.Time;
import io.brume.common.tls.Identity;
import io.brume.storage.block.Pace;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.object.blob.BlobOptions;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentBytes;
import io.brume.storage.object.group.GroupSweep;
import io.brume.storage.object.group.GroupedData;
import io.brume.storage.object.group.SweepOptions;
import io.brume.storage.object.index.Condition;
import io.brume.storage.object.index.NewObject;
import io.brume.storage.object.index.TestObjects;
import io.brume.storage.object.index.group.ForwardingIndex;
import io.brume.storage.object.index.group.IndexKeeper;
import io.brume.storage.object.index.wire.IndexService;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.wire.GrpcBlobs;
import io.brume.storage.peers.PeerChannels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A node in this program that keeps nothing itself: what clients of the others see. */
final class EngineGuest implements AutoCloseable {
    private static final String SELF = "guest";

    final ForwardingIndex index;
    final GroupedData data;
    private final IndexKeeper keeper;
    private final PeerChannels channels = new PeerChannels(IndexService.MAX_MESSAGE_BYTES);
    private final DiskBlobs nothing;
    private final GroupSweep prober;
    private final EngineMap map;

    EngineGuest(Path folder, EngineMap map) throws Exception {
        this.map = map;
        Identity identity = EngineNode.identity(folder, SELF);
        channels.joined(() -> identity);
        Random random = new Random();
        keeper =
                new IndexKeeper(
                        new IndexKeeper.Home(
                                SELF,
                                "127.0.0.1",
                                folder.resolve("guest/index"),
                                () -> identity,
                                RaftTuning.DEFAULT,
                                Time.system(),
                                random));
        index = new ForwardingIndex(keeper, channels, Time.system());
        nothing =
                DiskBlobs.open(
                        folder.resolve("guest/blobs"),
                        BlockFiles.system(),
                        new BlobOptions(4 << 20, 1 << 20, 1, 0),
                        Time.system(),
                        random);
        data =
                new GroupedData(
                        map.placement(SELF),
                        nothing,
                        new GrpcBlobs(channels),
                        Time.system(),
                        random);
        Duration never = Duration.ofDays(1);
        prober =
                new GroupSweep(
                        data,
                        index::isNamed,
                        new SweepOptions(Duration.ofMillis(100), never, never, never, never),
                        new Pace(1L << 30, Time.system()),
                        Time.system());
    }

    void keepers(String names) throws IOException {
        keeper.follow(map.index(names));
    }

    /** What is in an object of this name, which says how long it is: {@code something-BYTES}. */
    static byte[] bytes(String content) {
        byte[] bytes = new byte[Integer.parseInt(content.substring(content.lastIndexOf('-') + 1))];
        new Random(content.hashCode()).nextBytes(bytes);
        return bytes;
    }

    /** Stores what an object of this name is to have. */
    NewObject store(Bucket bucket, ObjectKey key, String content) throws IOException {
        byte[] bytes = bytes(content);
        List<Blob> blobs =
                ContentBytes.write(
                        data,
                        new BlobClaim(bucket.number(), key, Optional.empty()),
                        bytes,
                        bytes.length);
        return new NewObject(
                key,
                TestObjects.OWNER,
                new ObjectContent(
                        bytes.length,
                        content,
                        StorageClass.STANDARD,
                        Optional.empty(),
                        List.of(),
                        blobs),
                Map.of(),
                Map.of(),
                Map.of());
    }

    ObjectVersion put(Bucket bucket, ObjectKey key, String content, Condition condition)
            throws IOException {
        return index.put(bucket.name(), store(bucket, key, content), condition);
    }

    /** The bytes of a version. */
    byte[] read(ObjectVersion version) throws IOException {
        ObjectContent content = version.content().orElseThrow();
        return ContentBytes.read(data.read(content.blobs(), 0, content.size()));
    }

    @Override
    public void close() {
        prober.close();
        data.close();
        nothing.close();
        keeper.close();
        channels.close();
    }
}
