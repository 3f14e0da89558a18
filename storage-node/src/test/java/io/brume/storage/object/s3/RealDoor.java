package io.brume.storage.object.s3;

import io.brume.common.lifecycle.Lifecycle;
import io.brume.common.raft.RaftMember;
import io.brume.common.raft.RaftSettings;
import io.brume.common.time.Time;
import io.brume.storage.TestPorts;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.object.archive.RestoreRounds;
import io.brume.storage.object.blob.BlobOptions;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.group.GroupedData;
import io.brume.storage.object.index.StoredIndex;
import io.brume.storage.object.s3.http.Listener;
import io.brume.storage.object.s3.http.S3Server;
import io.brume.storage.object.s3.http.ServerLimits;
import io.brume.store.raft.ReplicatedStore;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** An object store in this process that keeps what it is given: one durable copy of all. */
public final class RealDoor implements AutoCloseable {
    private final Lifecycle life = new Lifecycle("door");
    private final S3Server server;

    private RealDoor(Path directory, int port) throws Exception {
        var random = new SecureRandom();
        var store =
                life.start(
                        "store",
                        () ->
                                ReplicatedStore.open(
                                        RaftSettings.alone(
                                                new UUID(1, 2),
                                                new RaftMember(
                                                        "one", "127.0.0.1", TestPorts.free(), 0),
                                                directory.resolve("log")),
                                        directory.resolve("rows"),
                                        Time.system(),
                                        random));
        var blobs =
                life.start(
                        "blobs",
                        () ->
                                DiskBlobs.open(
                                        directory.resolve("blobs"),
                                        BlockFiles.system(),
                                        BlobOptions.STANDARD,
                                        Time.system(),
                                        random));
        var data = life.start("data", () -> GroupedData.alone(blobs, random));
        store.awaitLeader(Duration.ofSeconds(30));
        var index = new StoredIndex(store, Time.system(), random);
        life.start(
                "restorations",
                () ->
                        new RestoreRounds(
                                () -> Optional.of(index),
                                data,
                                Time.system(),
                                Duration.ofMillis(50)));
        var logs = life.start("access logs", () -> TestDoor.logs(index, data));
        server =
                life.start(
                        "server",
                        () ->
                                S3Server.start(
                                        List.of(Listener.plain("127.0.0.1", port)),
                                        ServerLimits.standard(),
                                        TestDoor.over(index, data, logs),
                                        Time.system()));
    }

    /**
     * Opens it, on the loopback.
     *
     * @param port 0 = a free one
     */
    public static RealDoor open(Path directory, int port) throws Exception {
        return new RealDoor(directory, port);
    }

    public int port() {
        return server.ports().getFirst();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    @Override
    public void close() {
        life.close();
    }
}
