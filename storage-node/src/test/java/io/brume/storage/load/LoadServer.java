package io.brume.storage.load;

import io.brume.common.config.HostPort;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Identity;
import io.brume.common.tls.Keys;
import io.brume.storage.block.BlockOptions;
import io.brume.storage.block.BlockStore;
import io.brume.storage.block.DiskBlockStore;
import io.brume.storage.block.InMemoryBlockStore;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.wire.BlockCounters;
import io.brume.storage.wire.BlockServer;
import io.brume.storage.wire.Grants;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * A block server to be measured, without a control plane: {@code LoadServer FOLDER memory|disk};
 * serves vol-1 with epoch 1 at FOLDER/blocks.sock until it is ended. Replicas in memory check no
 * sums: what is measured is the server.
 */
public final class LoadServer {
    private LoadServer() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        if (arguments[1].equals("disk")) {
            serve(
                    folder,
                    DiskBlockStore.open(
                            folder.resolve("blocks"),
                            BlockFiles.system(),
                            BlockOptions.STANDARD,
                            new SecureRandom()));
        } else {
            var store = new InMemoryBlockStore();
            serve(folder, store);
            store.known("vol-1").check(false);
        }
        System.out.println("serving");
        new CountDownLatch(1).await();
    }

    private static void serve(Path folder, BlockStore store) throws Exception {
        var authority = CertificateAuthority.create("load", Time.system());
        KeyPair keys = Keys.generate();
        var identity =
                new Identity(
                        keys.getPrivate(),
                        authority.certifyClient(
                                Keys.request(keys, "node"), "i-storage", Duration.ofDays(1)));
        var grants = new Grants();
        grants.grant(store.create("vol-1", 4L << 30, Optional.empty()), 1, "i-agent");
        var server =
                new BlockServer(
                        BlockServer.Options.standard(
                                folder.resolve("blocks.sock"), new HostPort("127.0.0.1", 0)),
                        grants,
                        new BlockCounters(),
                        () -> identity,
                        Time.system());
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            try {
                                server.close();
                            } catch (java.io.IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        }));
    }
}
