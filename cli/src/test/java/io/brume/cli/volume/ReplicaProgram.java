package io.brume.cli.volume;

import io.brume.common.config.HostPort;
import io.brume.common.time.Time;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityFiles;
import io.brume.storage.block.BlockOptions;
import io.brume.storage.block.DiskBlockStore;
import io.brume.storage.block.Replica;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.wire.BlockCounters;
import io.brume.storage.wire.BlockServer;
import io.brume.storage.wire.Grants;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * A storage node without a control plane: {@code ReplicaProgram FOLDER SIZE EPOCH WRITER}; serves
 * vol-1 at FOLDER/s and at the TCP port that it writes to FOLDER/port, until it is killed.
 */
final class ReplicaProgram {
    static final String VOLUME = "vol-1";

    private ReplicaProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Identity identity = new IdentityFiles(folder).load().orElseThrow();
        var store =
                DiskBlockStore.open(
                        folder.resolve("blocks"),
                        BlockFiles.system(),
                        BlockOptions.STANDARD,
                        new SecureRandom());
        Replica replica = store.create(VOLUME, Long.parseLong(arguments[1]), Optional.empty());
        var grants = new Grants();
        grants.grant(replica, Long.parseLong(arguments[2]), arguments[3]);
        var server =
                new BlockServer(
                        BlockServer.Options.standard(
                                folder.resolve("s"), new HostPort("127.0.0.1", 0)),
                        grants,
                        new BlockCounters(),
                        () -> identity,
                        Time.system());
        Path port = folder.resolve("port~");
        Files.writeString(port, Integer.toString(server.port()));
        Files.move(port, folder.resolve("port"));
        new CountDownLatch(1).await();
    }
}
