package io.brume.cli.faults;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A way to a TCP address that can be cut as a network cuts one: what is sent arrives no more, on
 * either side, and nobody is told. Once it is whole again what waited goes on.
 */
final class CuttableWay implements AutoCloseable {
    private final HostPort to;
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private boolean cut;
    private boolean closed;

    CuttableWay(HostPort to) throws IOException {
        this.to = requireNonNull(to);
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("way").start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    synchronized void cut() {
        cut = true;
    }

    synchronized void heal() {
        cut = false;
        notifyAll();
    }

    private synchronized boolean pass() throws InterruptedException {
        while (cut && !closed) {
            wait();
        }
        return !closed;
    }

    private void accept() {
        try {
            while (pass()) {
                Socket one = server.accept();
                sockets.add(one);
                Thread.ofVirtual().name("way").start(() -> connect(one));
            }
        } catch (IOException | InterruptedException e) {
            // It is closed.
        }
    }

    private void connect(Socket one) {
        try {
            if (!pass()) {
                return;
            }
            Socket other = new Socket(to.host(), to.port());
            sockets.add(other);
            Thread.ofVirtual().name("way back").start(() -> carry(other, one));
            carry(one, other);
        } catch (IOException | InterruptedException e) {
            close(one);
        }
    }

    private void carry(Socket from, Socket into) {
        byte[] buffer = new byte[65_536];
        try (from;
                into) {
            InputStream in = from.getInputStream();
            OutputStream out = into.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (!pass()) {
                    return;
                }
                out.write(buffer, 0, count);
            }
            pass();
        } catch (IOException | InterruptedException e) {
            // One end is closed; the other is closed with it.
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed as far as it can be.
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        server.close();
        sockets.forEach(CuttableWay::close);
    }
}
