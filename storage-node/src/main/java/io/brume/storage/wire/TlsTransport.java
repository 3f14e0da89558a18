package io.brume.storage.wire;

import static java.util.Objects.requireNonNull;

import io.brume.common.tls.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Another host, over TLS 1.3 with certificates on both ends. Goes through arrays of one TLS record,
 * which the JDK's ciphers want anyway.
 */
final class TlsTransport implements Transport {
    /** The most that a TLS record carries; bytes. */
    private static final int RECORD = 16 << 10;

    private final Socket socket;
    private final SSLSocket secured;
    private final byte[] inward = new byte[RECORD];
    private final byte[] outward = new byte[RECORD];
    private final InputStream from;
    private final OutputStream to;

    /**
     * @param socket as it was accepted: nothing has been said on it yet
     */
    TlsTransport(Socket socket, SSLSocketFactory factory) throws IOException {
        this.socket = requireNonNull(socket);
        this.secured = (SSLSocket) factory.createSocket(socket, null, true);
        secured.setUseClientMode(false);
        secured.setNeedClientAuth(true);
        secured.setEnabledProtocols(new String[] {"TLSv1.3"});
        this.from = secured.getInputStream();
        this.to = secured.getOutputStream();
    }

    @Override
    public Optional<String> handshake() throws IOException {
        secured.startHandshake();
        var shown = (X509Certificate) secured.getSession().getPeerCertificates()[0];
        return Optional.of(Certificates.commonName(shown));
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int most = Math.min(into.remaining(), RECORD);
        int got = from.read(inward, 0, most);
        if (got > 0) {
            into.put(inward, 0, got);
        }
        return got;
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            int part = Math.min(from.remaining(), RECORD);
            from.get(outward, 0, part);
            to.write(outward, 0, part);
        }
    }

    /** Ends the connection itself: a farewell could wait for a peer that does not read. */
    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public String toString() {
        return String.valueOf(socket.getRemoteSocketAddress());
    }
}
