package io.brume.node.volume.nbd;

import io.brume.common.time.Time;
import io.brume.node.volume.BlockDevice;
import io.brume.node.volume.FileBlockDevice;
import io.brume.node.volume.MemoryBlockDevice;
import io.brume.node.volume.SelectorLoop;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

/**
 * A server as a program of its own, to be killed or measured: {@code ServerProgram SOCKET SIZE
 * [FILE]}, in memory without a file.
 */
final class ServerProgram {
    private ServerProgram() {}

    public static void main(String[] arguments) throws Exception {
        long size = Long.parseLong(arguments[1]);
        SelectorLoop loop = SelectorLoop.start("nbd", Time.system());
        BlockDevice device =
                arguments.length > 2
                        ? new FileBlockDevice(loop, Path.of(arguments[2]), size)
                        : new MemoryBlockDevice(size);
        var export = new NbdExport("disk", "a disk for tests", false);
        var server = new NbdServer(loop, device, export, NbdLimits.STANDARD);
        loop.execute(() -> {
            try {
                server.listen(Path.of(arguments[0]), OptionalInt.empty());
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        new CountDownLatch(1).await();
    }
}
