package io.brume.storage.object.s3.bench;

import io.brume.common.raft.RaftMember;
import io.brume.common.raft.RaftSettings;
import io.brume.common.time.Time;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.object.blob.BlobOptions;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.group.GroupedData;
import io.brume.storage.object.index.StoredIndex;
import io.brume.storage.object.s3.TestDoor;
import io.brume.storage.object.s3.http.Listener;
import io.brume.storage.object.s3.http.S3Server;
import io.brume.storage.object.s3.http.ServerLimits;
import io.brume.store.raft.ReplicatedStore;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/** One node with a durable index and durable blobs, until the program is ended. */
public final class DoorServer {
    private DoorServer() {}

    /** The directory, and the port. */
    public static void main(String[] arguments) throws Exception {
        var directory = Path.of(arguments[0]);
        int port = Integer.parseInt(arguments[1]);
        int raft;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            raft = socket.getLocalPort();
        }
        var random = new SecureRandom();
        var settings =
                RaftSettings.alone(
                        new UUID(1, 2),
                        new RaftMember("one", "127.0.0.1", raft, 0),
                        directory.resolve("log"));
        try (var store =
                        ReplicatedStore.open(
                                settings, directory.resolve("rows"), Time.system(), random);
                var blobs =
                        DiskBlobs.open(
                                directory.resolve("blobs"),
                                BlockFiles.system(),
                                BlobOptions.STANDARD,
                                Time.system(),
                                random);
                var data = GroupedData.alone(blobs, random)) {
            store.awaitLeader(Duration.ofSeconds(30));
            var index = new StoredIndex(store, Time.system(), random);
            try (var server =
                    S3Server.start(
                            List.of(Listener.plain("127.0.0.1", port)),
                            ServerLimits.standard(),
                            TestDoor.over(index, data),
                            Time.system())) {
                server.ports();
                new CountDownLatch(1).await();
            }
        }
    }
}
