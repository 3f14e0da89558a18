package io.brume.node.volume.nbd;

import static java.util.Objects.requireNonNull;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets clients from outside use a server over TCP: they must start TLS and show a certificate that
 * is believed, then their bytes are carried to the server's Unix socket and back. Waiting is done
 * on virtual threads, two a connection, so that encryption takes no time of a volume's loop.
 *
 * <p>Bounds: as many connections as the limits of the server say; the time of its handshake, which
 * is that of TLS and of NBD each. Thread-safe.
 */
public final class TlsBridge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsBridge.class);
    private static final int GREETING_BYTES = 18;
    private static final int COPY_BYTES = 64 << 10;
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(200);

    private final ServerSocket listener;
    private final SSLContext context;
    private final UnixDomainSocketAddress server;
    private final NbdLimits limits;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private TlsBridge(ServerSocket listener, SSLContext context, Path server, NbdLimits limits) {
        this.listener = listener;
        this.context = requireNonNull(context);
        this.server = UnixDomainSocketAddress.of(server);
        this.limits = requireNonNull(limits);
    }

    /**
     * Starts to listen.
     *
     * @param address port 0 = any free one, see {@link #port}
     * @param keys the server's certificate
     * @param trust decides which clients' certificates are believed; all that it believes may read
     *     and write the whole device
     * @param server see {@link NbdServer#listenForBridge}
     */
    public static TlsBridge start(
            InetSocketAddress address,
            KeyManager keys,
            TrustManager trust,
            Path server,
            NbdLimits limits)
            throws IOException {
        SSLContext context;
        try {
            context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, null);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use these certificates", e);
        }
        var listener = new ServerSocket();
        try {
            listener.bind(address);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        var bridge = new TlsBridge(listener, context, server, limits);
        Thread.ofVirtual().name("nbd-tls").start(bridge::accept);
        return bridge;
    }

    /** The port it listens on. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Connections that are open. */
    public int connections() {
        return open.size();
    }

    @Override
    public void close() {
        closed = true;
        quietly(listener);
        open.forEach(TlsBridge::quietly);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = listener.accept();
                if (open.size() >= limits.connections()) {
                    LOG.warn("too many connections for {}", server.getPath());
                    quietly(socket);
                } else {
                    open.add(socket);
                    if (closed) {
                        quietly(socket);
                    }
                    Thread.ofVirtual().name("nbd-tls-client").start(() -> serve(socket));
                }
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("a connection could not be accepted", e);
                    pause();
                }
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(ACCEPT_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
        }
    }

    private void serve(Socket socket) {
        var secured = new CountDownLatch(1);
        Thread.ofVirtual().name("nbd-tls-deadline").start(() -> watch(secured, socket));
        try (socket;
                SocketChannel inner = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.setTcpNoDelay(true);
            byte[] flags = StartTls.negotiate(socket.getInputStream(), socket.getOutputStream());
            try (SSLSocket outer = encrypt(socket)) {
                secured.countDown();
                inner.connect(server);
                greet(inner, flags);
                carry(socket, outer, inner);
            }
        } catch (EOFException e) {
            LOG.debug("a client of {} went", server.getPath());
        } catch (IOException e) {
            LOG.debug("a connection to {} broke", server.getPath(), e);
        } finally {
            secured.countDown();
            open.remove(socket);
        }
    }

    /** Ends a connection that does not get where it should in time, however busy it looks. */
    private void watch(CountDownLatch reached, Socket socket) {
        try {
            if (!reached.await(limits.handshake().toNanos(), TimeUnit.NANOSECONDS)) {
                quietly(socket);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            quietly(socket);
        }
    }

    private SSLSocket encrypt(Socket socket) throws IOException {
        String peer = socket.getInetAddress().getHostAddress();
        var outer =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(socket, peer, socket.getPort(), true);
        outer.setUseClientMode(false);
        outer.setNeedClientAuth(true);
        outer.setEnabledProtocols(PROTOCOLS);
        outer.startHandshake();
        return outer;
    }

    /** The client has had its greeting; what it answered goes to the server now. */
    private static void greet(SocketChannel inner, byte[] flags) throws IOException {
        ByteBuffer greeting = ByteBuffer.allocate(GREETING_BYTES);
        while (greeting.hasRemaining()) {
            if (inner.read(greeting) < 0) {
                throw new EOFException("the server takes no connection");
            }
        }
        inner.write(ByteBuffer.wrap(flags));
    }

    private void carry(Socket socket, SSLSocket outer, SocketChannel inner) throws IOException {
        var ended = new CountDownLatch(1);
        Thread.ofVirtual()
                .name("nbd-tls-answers")
                .start(() -> {
                    try {
                        answers(inner, outer);
                        // A goodbye that the client can tell from an attacker's cut: its own ends
                        // the connection.
                        outer.shutdownOutput();
                        watch(ended, socket);
                    } catch (IOException e) {
                        LOG.debug("a client does not listen", e);
                        quietly(socket);
                    }
                });
        try {
            var in = outer.getInputStream();
            byte[] bytes = new byte[COPY_BYTES];
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                ByteBuffer part = ByteBuffer.wrap(bytes, 0, n);
                while (part.hasRemaining()) {
                    inner.write(part);
                }
            }
        } finally {
            ended.countDown();
            quietly(inner);
            // The plain one: closing TLS would wait for an answer that the client does not take.
            quietly(socket);
        }
    }

    private static void answers(SocketChannel inner, SSLSocket outer) throws IOException {
        var out = outer.getOutputStream();
        ByteBuffer part = ByteBuffer.allocate(COPY_BYTES);
        while (inner.read(part) >= 0) {
            out.write(part.array(), 0, part.position());
            out.flush();
            part.clear();
        }
    }

    private static void quietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            LOG.debug("closing", e);
        }
    }
}
