package io.brume.node.network;

import static io.brume.node.network.Topologies.GROUP;
import static io.brume.node.network.Topologies.VPC;
import static io.brume.node.network.Topologies.local;
import static io.brume.node.network.Topologies.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.network.VpcTopology.Interface;
import io.brume.node.network.VpcTopology.SecurityGroup;
import io.brume.node.network.namespace.NetworkSettings.DeviceKind;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an interface is to its guest. */
class InterfaceIT {
    private static final SecurityGroup OPEN =
            new SecurityGroup(GROUP, List.of(Topologies.ALL), List.of(Topologies.ALL));

    /**
     * Attaches to a tap as QEMU does, asks for a neighbour, tells how long the answer took. The
     * kernel sends nothing to a tap until it has noticed the new carrier (IFF_RUNNING, 0x40), which
     * it does in its own time; a guest's boot takes longer than that, this script does not. The
     * median of five, since a loaded machine may hold up any one of them.
     */
    private static final String ASK =
            """
            import fcntl, os, select, socket, struct, sys, time
            tap = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(tap, 0x400454ca, struct.pack("16sH", sys.argv[1].encode(), 0x1002))
            link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            name = struct.pack("16sH", sys.argv[1].encode(), 0)
            until = time.monotonic() + 10
            while not struct.unpack("16sH", fcntl.ioctl(link, 0x8913, name))[1] & 0x40:
                assert time.monotonic() < until, "the tap has no carrier"
                time.sleep(0.002)
            mac = bytes.fromhex("020000000001")
            ask = b"\\xff" * 6 + mac + bytes.fromhex("0806000108000604" "0001") + mac
            ask += bytes([10, 0, 0, 11]) + b"\\0" * 6 + bytes([10, 0, 0, int(sys.argv[2])])
            took = []
            while len(took) < 5:
                start = time.monotonic(); os.write(tap, ask)
                while time.monotonic() - start < 1:
                    if select.select([tap], [], [], 0.2)[0]:
                        frame = os.read(tap, 2048)
                        if frame[12:14] == b"\\x08\\x06":
                            took.append(time.monotonic() - start); break
                else: sys.exit("silence") if took else print("silence"); break
            else: print(frame[6:12].hex(), "%.3f" % sorted(took)[2])
            """;

    @Test
    void theRouterAnswersForNeighboursAtOnceOnATap() throws Exception {
        try (var host = new TestHost()) {
            var cloud = host.cloud(DeviceKind.TAP);
            var link = local(1, "", GROUP);
            cloud.network().apply(vpc(List.of(link, local(2, "", GROUP)), OPEN));
            String tap = cloud.network().tap(link.networkInterfaceId());
            for (int address : new int[] {12, 1, 2}) {
                String[] answer = ask(host, cloud, tap, address).split(" ", -1);
                assertThat(answer[0]).isEqualTo("0effffffff01");
                assertThat(Double.parseDouble(answer[1])).isLessThan(0.1);
            }
            // Its own address, and one that nobody has.
            assertThat(ask(host, cloud, tap, 11)).isEqualTo("silence");
            assertThat(ask(host, cloud, tap, 77)).isEqualTo("silence");
            // A guest that went and comes again finds its tap.
            cloud.network().apply(vpc(List.of(link, local(2, "", GROUP)), OPEN));
            assertThat(ask(host, cloud, tap, 12)).startsWith("0effffffff01 ");
        }
    }

    private static String ask(TestHost host, TestHost.Cloud cloud, String tap, int address)
            throws IOException {
        return host.commands()
                .require(
                        List.of(
                                "nsenter",
                                "--net=/run/netns/" + cloud.network().namespace(VPC),
                                "python3",
                                "-c",
                                ASK,
                                tap,
                                "" + address),
                        "")
                .strip();
    }

    @Test
    void bandwidthIsLimitedBothWays() throws Exception {
        try (var host = new TestHost()) {
            var cloud = host.cloud();
            var free = local(1, "", GROUP);
            cloud.network().apply(vpc(List.of(limited(40_000_000), free), OPEN));
            var slow = cloud.boot(VPC, limited(0));
            var fast = cloud.boot(VPC, free);
            slow.serve(80);
            fast.serve(80);
            assertThat(megabits(fast, "10.0.0.12")).isBetween(8.0, 48.0);
            cloud.network().apply(vpc(List.of(limited(0), free), OPEN));
            assertThat(megabits(fast, "10.0.0.12")).isGreaterThan(100);
        }
    }

    private static Interface limited(long bitsPerSecond) {
        Interface link = local(2, "", GROUP);
        return new Interface(
                link.networkInterfaceId(),
                link.instanceId(),
                link.subnetId(),
                link.mac(),
                link.privateIp(),
                "",
                "",
                link.securityGroupIds(),
                true,
                true,
                bitsPerSecond);
    }

    /** The rate at which an echo server takes and gives back data. */
    private static double megabits(TestHost.Guest from, String address) throws Exception {
        int bytes = 4 << 20;
        try (Socket socket = from.connect(address, 80)) {
            socket.setSoTimeout(20_000);
            long start = System.nanoTime();
            Thread sender =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    socket.getOutputStream().write(new byte[bytes]);
                                    socket.shutdownOutput();
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
            long got = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            sender.join();
            assertThat(got).isEqualTo(bytes);
            return bytes * 8e3 / (System.nanoTime() - start);
        }
    }
}
