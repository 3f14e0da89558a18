package io.brume.node.volume.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.volume.FailingBlockDevice;
import io.brume.node.volume.MemoryBlockDevice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * QEMU's block layer as a client that must not notice that the server goes and comes. A storage
 * daemon stands for a guest: it is QEMU without a machine.
 */
@Timeout(120)
class QemuReconnectIT {
    private static final long SIZE = 64L << 20;

    @TempDir private Path folder;
    private final MemoryBlockDevice device = new MemoryBlockDevice(SIZE);
    private final Random random = new Random(11);
    private TestServer test;
    private Path guest;

    @BeforeEach
    void start() throws Exception {
        test = serve();
        guest = folder.resolve("guest.sock");
    }

    @AfterEach
    void close() throws IOException {
        test.close();
    }

    /** A process of QEMU's, and its monitor on its standard input and output. */
    private record Qemu(Process process, BufferedReader answers, OutputStream commands)
            implements AutoCloseable {
        static Qemu start(String... command) throws IOException {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            var answers =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
            var qemu = new Qemu(process, answers, process.getOutputStream());
            answers.readLine();
            qemu.ask("{\"execute\": \"qmp_capabilities\"}");
            return qemu;
        }

        String ask(String command) throws IOException {
            commands.write((command + "\n").getBytes(UTF_8));
            commands.flush();
            String line = answers.readLine();
            // Between the answers are events, and what a command prints.
            while (line != null
                    && !line.startsWith("{\"return\"")
                    && !line.startsWith("{\"error\"")) {
                line = answers.readLine();
            }
            return String.valueOf(line);
        }

        String resize(long size) throws IOException {
            return ask(
                    "{\"execute\": \"block_resize\", \"arguments\":"
                            + " {\"node-name\": \"disk\", \"size\": "
                            + size
                            + "}}");
        }

        String read() throws IOException {
            return ask(
                    "{\"execute\": \"human-monitor-command\", \"arguments\":"
                            + " {\"command-line\": \"qemu-io disk \\\"read 0 512\\\"\"}}");
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly();
            try {
                process.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private String disk() {
        return "driver=nbd,node-name=disk,export=disk,reconnect-delay=60,"
                + "server.type=unix,server.path="
                + test.socket;
    }

    private TestServer serve() throws Exception {
        return TestServer.start(
                folder,
                NbdLimits.STANDARD,
                loop -> new FailingBlockDevice(device, loop, random, 0));
    }

    private String uri() {
        return "nbd+unix:///disk?socket=" + guest;
    }

    @Test
    void aServerThatGoesAndComesIsAPauseNotAnError() throws Exception {
        try (Qemu qemu =
                Qemu.start(
                        "qemu-storage-daemon",
                        "--chardev",
                        "stdio,id=console",
                        "--monitor",
                        "chardev=console",
                        "--blockdev",
                        disk(),
                        "--nbd-server",
                        "addr.type=unix,addr.path=" + guest + ",max-connections=8",
                        "--export",
                        "type=nbd,id=guest,node-name=disk,name=disk,writable=on")) {
            Awaitility.await().until(() -> Files.exists(guest));
            FutureTask<Tool.Result> load = startLoad();
            for (int round = 0; round < 8; round++) {
                // As a killed program would: no goodbye, and what is under way is answered to
                // nobody.
                test.close();
                test = serve();
                // The next round begins when QEMU is back and at work.
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
                while (test.on(test.server::bytesUnderWay) == 0) {
                    assertThat(System.nanoTime()).as("round " + round).isLessThan(deadline);
                    if (load.isDone()) {
                        requireSuccess(load);
                        load = startLoad();
                    }
                }
            }
            requireSuccess(load);
            assertThat(qemu.process().isAlive()).isTrue();
        }
    }

    private FutureTask<Tool.Result> startLoad() {
        var load = new FutureTask<>(this::load);
        Thread.ofPlatform().start(load);
        return load;
    }

    private static void requireSuccess(FutureTask<Tool.Result> load) throws Exception {
        Tool.Result result = load.get(60, TimeUnit.SECONDS);
        assertThat(result.output()).doesNotContain("error=");
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    private Tool.Result load() throws IOException, InterruptedException {
        return Tool.attempt(
                "fio",
                "--name=verify",
                "--ioengine=nbd",
                "--uri=" + uri(),
                "--rw=randwrite",
                "--bsrange=4k-64k",
                "--iodepth=16",
                "--size=60M",
                "--loops=3",
                "--verify=crc32c",
                "--verify_fatal=1",
                "--do_verify=1",
                "--fsync=30");
    }

    @Test
    void aRestartOfConnectionsLetsAMachineLearnTheNewSize() throws Exception {
        try (Qemu qemu =
                Qemu.start(
                        "qemu-system-x86_64",
                        "-machine",
                        "q35,accel=tcg",
                        "-nodefaults",
                        "-display",
                        "none",
                        "-S",
                        "-qmp",
                        "stdio",
                        "-blockdev",
                        disk(),
                        "-device",
                        "virtio-blk-pci,id=virtio,drive=disk")) {
            assertThat(qemu.resize(2 * SIZE)).contains("Cannot grow NBD nodes");
            test.on(() -> {
                device.grow(2 * SIZE);
                test.server.restartConnections();
                return true;
            });
            // QEMU finds out when something is read, then connects again.
            assertThat(qemu.read()).contains("return");
            assertThat(qemu.resize(2 * SIZE)).contains("return");
            assertThat(qemu.ask("{\"execute\": \"query-named-block-nodes\"}"))
                    .contains("\"virtual-size\": " + 2 * SIZE);
        }
    }
}
