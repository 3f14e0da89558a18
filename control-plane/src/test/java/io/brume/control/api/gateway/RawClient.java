package io.brume.control.api.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Locale;

/** Says to a server exactly what it is told to say. */
final class RawClient implements AutoCloseable {
    /** An answer, with its head as one text. */
    record Answer(int status, String head, String body) {
        boolean closes() {
            return head.toLowerCase(Locale.ROOT).contains("connection: close");
        }
    }

    private final Socket socket = new Socket();
    private final InputStream in;

    RawClient(int port) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
        socket.setSoTimeout(15_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends and tells whether the server still takes it. */
    boolean trySend(String text) {
        try {
            send(text);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    Answer answer() throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("closed after: " + head.toString(ISO_8859_1));
            }
            head.write(octet);
        }
        var text = head.toString(ISO_8859_1);
        int status = Integer.parseInt(text.substring(9, 12));
        var lower = text.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length: ");
        int length =
                at < 0
                        ? 0
                        : Integer.parseInt(
                                lower.substring(at + 16, lower.indexOf("\r\n", at)).strip());
        return new Answer(status, text, new String(in.readNBytes(length), ISO_8859_1));
    }

    /** Reads to the end of the connection; a reset counts as its end. */
    String rest() throws IOException {
        var rest = new ByteArrayOutputStream();
        try {
            in.transferTo(rest);
        } catch (SocketException reset) {
            // what came before it is what there is
        }
        return rest.toString(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
