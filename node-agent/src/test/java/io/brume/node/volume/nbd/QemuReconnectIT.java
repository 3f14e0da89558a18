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
 * daemon stands for the guest: it is QEMU without a machine.
 */
@Timeout(120)
class QemuReconnectIT {
    private static final long SIZE = 64L << 20;

    @TempDir private Path folder;
    private final MemoryBlockDevice device = new MemoryBlockDevice(SIZE);
    private final Random random = new Random(11);
    private TestServer test;
    private Process qemu;
    private BufferedReader answers;
    private OutputStream commands;
    private Path guest;

    @BeforeEach
    void start() throws Exception {
        test = serve();
        guest = folder.resolve("guest.sock");
        qemu =
                new ProcessBuilder(
                                "qemu-storage-daemon",
                                "--chardev",
                                "stdio,id=console",
                                "--monitor",
                                "chardev=console",
                                "--blockdev",
                                "driver=nbd,node-name=disk,export=disk,reconnect-delay=60,"
                                        + "server.type=unix,server.path="
                                        + test.socket,
                                "--nbd-server",
                                "addr.type=unix,addr.path=" + guest + ",max-connections=8",
                                "--export",
                                "type=nbd,id=guest,node-name=disk,name=disk,writable=on")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        answers = new BufferedReader(new InputStreamReader(qemu.getInputStream(), UTF_8));
        commands = qemu.getOutputStream();
        answers.readLine();
        qmp("{\"execute\": \"qmp_capabilities\"}");
        Awaitility.await().until(() -> Files.exists(guest));
    }

    @AfterEach
    void close() throws Exception {
        qemu.destroyForcibly();
        qemu.waitFor(10, TimeUnit.SECONDS);
        test.close();
    }

    private TestServer serve() throws Exception {
        return TestServer.start(
                folder,
                NbdLimits.STANDARD,
                loop -> new FailingBlockDevice(device, loop, random, 0));
    }

    private String qmp(String command) throws IOException {
        commands.write((command + "\n").getBytes(UTF_8));
        commands.flush();
        String line = answers.readLine();
        while (line != null && line.contains("\"event\"")) {
            line = answers.readLine();
        }
        return String.valueOf(line);
    }

    private String uri() {
        return "nbd+unix:///disk?socket=" + guest;
    }

    @Test
    void aServerThatGoesAndComesIsAPauseNotAnError() throws Exception {
        var load =
                new FutureTask<>(() ->
                        Tool.attempt(
                                "fio",
                                "--name=verify",
                                "--ioengine=nbd",
                                "--uri=" + uri(),
                                "--rw=randwrite",
                                "--bsrange=4k-64k",
                                "--iodepth=16",
                                "--size=60M",
                                "--loops=8",
                                "--verify=crc32c",
                                "--verify_fatal=1",
                                "--do_verify=1",
                                "--fsync=30"));
        Thread.ofPlatform().start(load);
        int rounds = 0;
        for (; rounds < 8 || !load.isDone() && rounds < 15; rounds++) {
            // As a killed program would: no goodbye, and what is under way is answered to nobody.
            test.close();
            test = serve();
            // The next round begins when QEMU is back and at work.
            Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() ->
                            load.isDone()
                                    || test.on(() -> test.server.connections() > 0)
                                            && test.on(test.server::bytesUnderWay) > 0);
        }
        Tool.Result result = load.get(60, TimeUnit.SECONDS);
        assertThat(result.output()).doesNotContain("error=");
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(rounds).isGreaterThanOrEqualTo(8);
    }

    @Test
    void aRestartOfConnectionsLetsItLearnTheNewSize() throws Exception {
        assertThat(Tool.run("nbdinfo", "--size", uri()).output().strip())
                .isEqualTo(Long.toString(SIZE));
        String resize =
                """
                {"execute": "block_resize", "arguments": {"node-name": "disk", "size": %d}}\
                """
                        .formatted(2 * SIZE);
        assertThat(qmp(resize)).contains("error");
        test.on(() -> {
            device.grow(2 * SIZE);
            test.server.restartConnections();
            return true;
        });
        // QEMU connects again when it is asked for something.
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> {
                    Tool.run("qemu-io", "-f", "raw", uri(), "-c", "read 0 512");
                    return qmp(resize).contains("return");
                });
        Tool.run(
                "qemu-io",
                "-f",
                "raw",
                uri(),
                "-c",
                "write -P 3 100M 1M",
                "-c",
                "read -P 3 100M 1M");
    }
}
