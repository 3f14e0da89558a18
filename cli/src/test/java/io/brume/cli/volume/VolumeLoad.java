package io.brume.cli.volume;

import io.brume.node.volume.DataKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/**
 * A volume to be measured: {@code VolumeLoad FOLDER REPLICAS [encrypted]}; serves 2 GiB at FOLDER/n
 * until it is ended, and prints what {@code block.sh --target} wants to know.
 */
final class VolumeLoad {
    private VolumeLoad() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int count = Integer.parseInt(arguments[1]);
        boolean encrypted = arguments.length > 2 && arguments[2].equals("encrypted");
        byte[] key = new byte[encrypted ? 64 : 0];
        new SecureRandom().nextBytes(key);
        var volume =
                new ServedByReplicas(folder, count, 2L << 30, true, DataKey.of(encrypted, key));
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            for (ReplicaProcess replica : volume.replicas) {
                                ProcessHandle.of(replica.pid())
                                        .ifPresent(ProcessHandle::destroyForcibly);
                            }
                        }));
        String pids =
                volume.replicas.stream()
                        .map(replica -> Long.toString(replica.pid()))
                        .collect(Collectors.joining("+"));
        System.out.println(
                "brume%d%s=%s@%d+%s"
                        .formatted(
                                count,
                                encrypted ? "encrypted" : "",
                                volume.uri(),
                                ProcessHandle.current().pid(),
                                pids));
        new CountDownLatch(1).await();
    }
}
