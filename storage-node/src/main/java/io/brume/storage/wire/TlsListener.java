package io.brume.storage.wire;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import jdk.net.ExtendedSocketOptions;

/**
 * A TCP port for the agents of other hosts. Both ends show the certificates that the cloud has
 * given them; whoever has none does not get past the handshake.
 */
final class TlsListener implements Listener {
    private static final int BACKLOG = 64;

    // A host that was cut off is noticed within half a minute, without a message of our own.
    private static final int IDLE_SECONDS = 15;
    private static final int PROBE_SECONDS = 5;
    private static final int PROBES = 3;

    private final ServerSocket server;
    private final SSLContext context;

    /**
     * Listens at once.
     *
     * @param address port 0 takes a free one
     * @param identity asked at each handshake, so that a renewed certificate is shown
     */
    TlsListener(HostPort address, Supplier<Identity> identity) throws IOException {
        requireNonNull(identity);
        try {
            context = SSLContext.getInstance("TLSv1.3");
            context.init(
                    new KeyManager[] {new IdentityKeyManager(identity)},
                    new TrustManager[] {Trust.authority(identity.get().authority())},
                    null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS 1.3", e);
        }
        server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(address.host(), address.port()), BACKLOG);
        } catch (IOException e) {
            server.close();
            throw new IOException("cannot listen at " + address + ": " + e.getMessage(), e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public Transport accept() throws IOException {
        while (true) {
            Socket socket = server.accept();
            try {
                socket.setTcpNoDelay(true);
                socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
                socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, PROBE_SECONDS);
                socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
                return new TlsTransport(socket, context.getSocketFactory());
            } catch (IOException e) {
                // It has gone already: that is no failure of the listener.
                socket.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    @Override
    public String toString() {
        return String.valueOf(server.getLocalSocketAddress());
    }
}
