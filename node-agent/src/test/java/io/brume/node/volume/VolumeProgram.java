package io.brume.node.volume;

import io.brume.node.volume.nbd.NbdVolumes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * Serves a volume as an agent does, in a process of its own that can be killed: {@code
 * VolumeProgram FOLDER VOLUME SIZE}.
 */
public final class VolumeProgram {
    private VolumeProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        NbdVolumes volumes = FileVolume.served(folder.resolve("volumes"), folder);
        volumes.apply(FileVolume.want(arguments[1], 1, Long.parseLong(arguments[2])));
        volumes.offer(arguments[1]);
        new CountDownLatch(1).await();
    }

    /** Starts it, without waiting for the socket. */
    public static Process start(Path folder, String volumeId, long sizeBytes) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        VolumeProgram.class.getName(),
                        folder.toString(),
                        volumeId,
                        Long.toString(sizeBytes))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("program.log").toFile())
                .start();
    }
}
