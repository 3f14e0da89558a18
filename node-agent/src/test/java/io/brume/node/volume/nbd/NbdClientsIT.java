package io.brume.node.volume.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.volume.FailingBlockDevice;
import io.brume.node.volume.MemoryBlockDevice;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clients that people use, on a device that answers late and in any order. */
@Timeout(120)
class NbdClientsIT {
    private static final int MIB = 1 << 20;
    private static final int SIZE = 64 * MIB;

    @TempDir private Path folder;
    private TestServer test;

    @BeforeEach
    void start() throws Exception {
        test =
                TestServer.start(
                        folder,
                        NbdLimits.STANDARD,
                        loop ->
                                new FailingBlockDevice(
                                        new MemoryBlockDevice(SIZE), loop, new Random(7), 0));
    }

    @AfterEach
    void nothingIsKept() throws IOException {
        test.awaitNothingKept();
        test.close();
    }

    /** Data, a hole of 20 MiB, and data of no round length at the end. */
    private Path image() throws IOException {
        Path image = folder.resolve("image.raw");
        byte[] bytes = new byte[10 * MIB + 1234];
        new Random(1).nextBytes(bytes);
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(SIZE);
            file.write(bytes);
            file.seek(30 * MIB);
            file.write(bytes, 0, 5 * MIB);
            file.seek(SIZE - 777);
            file.write(bytes, 0, 777);
        }
        return image;
    }

    @Test
    void nbdinfo() throws Exception {
        assertThat(Tool.run("nbdinfo", test.uri()).output())
                .contains("newstyle-fixed without TLS, using structured packets")
                .contains("export=\"disk\"")
                .contains("description: a disk for tests")
                .contains("export-size: 67108864")
                .contains("can_multi_conn: true")
                .contains("can_fast_zero: true")
                .contains("is_read_only: false")
                .contains("block_size_minimum: 1")
                .contains("block_size_maximum: 33554432");
        assertThat(Tool.run("nbdinfo", "--list", test.uri()).output())
                .contains("export=\"disk\"")
                .contains("base:allocation");
        Tool.run("qemu-io", "-f", "raw", test.uri(), "-c", "write 1M 64k");
        assertThat(Tool.run("nbdinfo", "--map", test.uri()).output().lines())
                .map(line -> line.strip().replaceAll(" +", " "))
                .containsExactly(
                        "0 1048576 3 hole,zero",
                        "1048576 65536 0 data",
                        "1114112 65994752 3 hole,zero");
    }

    @Test
    void nbdcopyBothWays() throws Exception {
        Path image = image();
        Path back = folder.resolve("back.raw");
        Tool.run("nbdcopy", "--requests=64", "--connections=4", image.toString(), test.uri());
        Tool.run("nbdcopy", "--flush", test.uri(), back.toString());
        assertThat(Files.mismatch(image, back)).isEqualTo(-1);
        // Holes stay holes on the way.
        assertThat(Tool.run("nbdinfo", "--map=base:allocation", test.uri()).output())
                .contains("hole,zero");
        Path synchronous = folder.resolve("synchronous.raw");
        Tool.run("nbdcopy", "--synchronous", test.uri(), synchronous.toString());
        assertThat(Files.mismatch(image, synchronous)).isEqualTo(-1);
    }

    @Test
    void qemuImg() throws Exception {
        Path image = image();
        String raw = image.toString();
        Tool.run("qemu-img", "convert", "-n", "-p", "-f", "raw", "-O", "raw", raw, test.uri());
        assertThat(Tool.run("qemu-img", "info", "-f", "raw", test.uri()).output())
                .contains("64 MiB");
        assertThat(
                        Tool.run("qemu-img", "compare", "-f", "raw", "-F", "raw", raw, test.uri())
                                .output())
                .contains("identical");
        assertThat(Tool.run("qemu-img", "map", "--output=json", "-f", "raw", test.uri()).output())
                .contains("\"zero\": true")
                .contains("\"data\": true");
        String qcow2 = folder.resolve("image.qcow2").toString();
        Tool.run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", test.uri(), qcow2);
        Tool.run("qemu-img", "compare", "-f", "raw", "-F", "qcow2", raw, qcow2);
        Tool.run("qemu-img", "bench", "-f", "raw", "-w", "-c", "2000", "-d", "64", test.uri());
    }

    @Test
    void qemuIo() throws Exception {
        String output =
                Tool.run(
                                "qemu-io",
                                "-f",
                                "raw",
                                test.uri(),
                                "-c",
                                "aio_write -P 1 0 3M",
                                "-c",
                                "aio_write -P 2 3M 3M",
                                "-c",
                                "aio_write -P 3 6M 10M",
                                "-c",
                                "aio_flush",
                                "-c",
                                "flush",
                                "-c",
                                "aio_read -P 2 3M 3M",
                                "-c",
                                "aio_read -P 1 0 3M",
                                "-c",
                                "aio_flush",
                                "-c",
                                "write -f -P 4 1000 5000",
                                "-c",
                                "read -P 1 0 1000",
                                "-c",
                                "read -P 4 1000 5000",
                                "-c",
                                "read -P 1 6000 1000",
                                "-c",
                                "write -z 512k 1M",
                                "-c",
                                "read -P 0 512k 1M",
                                "-c",
                                "write -z -u 2M 100k",
                                "-c",
                                "read -P 0 2M 100k",
                                "-c",
                                "discard 3M 1M",
                                "-c",
                                "read -P 0 3M 1M",
                                "-c",
                                "readv -P 3 6M 1M 2M 3M",
                                "-c",
                                "read -P 3 6M 10M")
                        .output();
        assertThat(output).doesNotContain("fail").doesNotContain("error");
    }

    @Test
    void fio() throws Exception {
        Tool.run(
                "fio",
                "--name=verify",
                "--ioengine=nbd",
                "--uri=" + test.uri(),
                "--rw=randrw",
                "--bsrange=512-128k",
                "--bs_unaligned",
                "--iodepth=32",
                "--size=16M",
                "--numjobs=3",
                "--offset_increment=20M",
                "--verify=crc32c",
                "--verify_fatal=1",
                "--do_verify=1",
                "--verify_state_save=0",
                "--fsync=50",
                "--group_reporting");
    }
}
