package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the bytes of a connection to another node through TLS, between the node and a socket of
 * this program. Waiting and encryption are done on two virtual threads, so that they take no time
 * of a volume's loop. When either end goes, both do.
 */
final class TlsTunnel {
    private static final Logger LOG = LoggerFactory.getLogger(TlsTunnel.class);
    private static final int CONNECT_MILLIS = 4_000;
    private static final int COPY_BYTES = 64 << 10;

    private final SocketChannel inner;
    private final InetSocketAddress address;
    private final String nodeId;
    private final Supplier<Identity> identity;

    private TlsTunnel(
            SocketChannel inner,
            InetSocketAddress address,
            String nodeId,
            Supplier<Identity> identity) {
        this.inner = requireNonNull(inner);
        this.address = requireNonNull(address);
        this.nodeId = requireNonNull(nodeId);
        this.identity = requireNonNull(identity);
    }

    /**
     * Begins to dial a node. Does not wait for it.
     *
     * @param address not looked up yet
     * @param nodeId what its certificate must say
     * @param identity this node's
     * @return this program's end: connected, not blocking; closed when the node cannot be reached
     */
    static SocketChannel dial(InetSocketAddress address, String nodeId, Supplier<Identity> identity)
            throws IOException {
        Path folder = Files.createTempDirectory("brume-link");
        Path path = folder.resolve("s");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path), 1);
            SocketChannel outer = SocketChannel.open(UnixDomainSocketAddress.of(path));
            SocketChannel inner = listener.accept();
            outer.configureBlocking(false);
            var tunnel = new TlsTunnel(inner, address, nodeId, identity);
            Thread.ofVirtual().name("replica-tls").start(tunnel::run);
            return outer;
        } finally {
            Files.deleteIfExists(path);
            Files.delete(folder);
        }
    }

    private void run() {
        try (inner;
                var plain = new Socket()) {
            plain.setTcpNoDelay(true);
            plain.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            plain.connect(
                    new InetSocketAddress(address.getHostString(), address.getPort()),
                    CONNECT_MILLIS);
            plain.setSoTimeout(CONNECT_MILLIS);
            var secured =
                    (SSLSocket)
                            context()
                                    .getSocketFactory()
                                    .createSocket(
                                            plain,
                                            address.getHostString(),
                                            address.getPort(),
                                            true);
            secured.setEnabledProtocols(new String[] {"TLSv1.3"});
            secured.startHandshake();
            plain.setSoTimeout(0);
            Thread.ofVirtual().name("replica-tls-answers").start(() -> answers(secured, plain));
            requests(secured);
        } catch (IOException e) {
            LOG.debug("the connection to {} at {} ended", nodeId, address, e);
        }
    }

    private SSLContext context() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(
                    new KeyManager[] {new IdentityKeyManager(identity)},
                    new TrustManager[] {Trust.node(identity.get().authority(), nodeId)},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use this node's certificate", e);
        }
    }

    private void requests(SSLSocket secured) throws IOException {
        var to = secured.getOutputStream();
        ByteBuffer part = ByteBuffer.allocate(COPY_BYTES);
        while (inner.read(part) >= 0) {
            to.write(part.array(), 0, part.position());
            to.flush();
            part.clear();
        }
    }

    private void answers(SSLSocket secured, Socket plain) {
        try (inner) {
            var from = secured.getInputStream();
            byte[] bytes = new byte[COPY_BYTES];
            for (int some = from.read(bytes); some >= 0; some = from.read(bytes)) {
                ByteBuffer part = ByteBuffer.wrap(bytes, 0, some);
                while (part.hasRemaining()) {
                    inner.write(part);
                }
            }
        } catch (IOException e) {
            LOG.debug("the connection of {} at {} ended", nodeId, address, e);
        } finally {
            close(plain);
        }
    }

    /** The plain one: closing TLS would wait for a peer that does not read. */
    private static void close(Socket plain) {
        try {
            plain.close();
        } catch (IOException e) {
            LOG.debug("closing a connection", e);
        }
    }
}
