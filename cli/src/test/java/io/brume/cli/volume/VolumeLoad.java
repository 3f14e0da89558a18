package io.brume.cli.volume;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/**
 * A volume to be measured: {@code VolumeLoad FOLDER REPLICAS}; serves 2 GiB at FOLDER/n until it is
 * ended, and prints what {@code block.sh --target} wants to know.
 */
final class VolumeLoad {
    private VolumeLoad() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int count = Integer.parseInt(arguments[1]);
        var volume = new ServedByReplicas(folder, count, 2L << 30, true);
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
                "brume%d=%s@%d+%s"
                        .formatted(count, volume.uri(), ProcessHandle.current().pid(), pids));
        new CountDownLatch(1).await();
    }
}
