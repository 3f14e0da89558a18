package io.brume.cli.cloud;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Ports for programs that are told where to listen. Below those that the kernel gives to
 * connections: one of these may be taken by a test that runs beside before it is listened on.
 */
public final class TestPorts {
    private TestPorts() {}

    /** One that nobody listens on. */
    public static int free() {
        return free(1);
    }

    /** The first of so many in a row that nobody listens on. */
    static int free(int count) {
        return ThreadLocalRandom.current()
                .ints(10_000 / count, 30_000 / count)
                .map(each -> each * count)
                .limit(1000)
                .filter(first -> IntStream.range(first, first + count).allMatch(TestPorts::isFree))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
