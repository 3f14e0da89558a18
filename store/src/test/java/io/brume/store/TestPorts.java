package io.brume.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for programs that are told where to listen. Below those that the kernel gives to
 * connections: one of these may be taken by a test that runs beside before it is listened on.
 */
public final class TestPorts {
    private TestPorts() {}

    /** One that nobody listens on. */
    public static int free() {
        return ThreadLocalRandom.current()
                .ints(10_000, 30_000)
                .limit(1000)
                .filter(TestPorts::isFree)
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
