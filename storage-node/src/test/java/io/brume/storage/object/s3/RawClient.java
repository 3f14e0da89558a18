package io.brume.storage.object.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.aws.sigv4.Signer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** One connection, on which a test says exactly what is sent. */
public final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final int port;

    public RawClient(int port) throws IOException {
        this.port = port;
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** An answer; header names in lower case. */
    public record Reply(int status, Map<String, String> headers, byte[] body) {
        public String text() {
            return new String(body, UTF_8);
        }

        public String header(String name) {
            return headers.getOrDefault(name, "");
        }

        /** What stands in the error's {@code Code}. */
        public String code() {
            var text = text();
            int from = text.indexOf("<Code>");
            return from < 0 ? "" : text.substring(from + 6, text.indexOf("</Code>"));
        }
    }

    public void send(String text) throws IOException {
        send(text.getBytes(ISO_8859_1));
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** The head of a request that is signed for a body, in the header form. */
    public String head(
            Signer signer, String method, String target, Map<String, String> headers, byte[] body) {
        var uri = URI.create("http://127.0.0.1:" + port + target);
        var all = new LinkedHashMap<String, String>();
        all.put("Host", "127.0.0.1:" + port);
        all.putAll(headers);
        all.putAll(signer.sign(method, uri, headers, body, Instant.now()));
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        all.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.toString();
    }

    /** Sends a whole signed request and takes its answer. */
    public Reply call(
            Signer signer, String method, String target, Map<String, String> headers, byte[] body)
            throws IOException {
        var head = head(signer, method, target, headers, body);
        var length =
                body.length == 0 && !method.startsWith("P")
                        ? ""
                        : "Content-Length: " + body.length + "\r\n";
        send(head + length + "\r\n");
        send(body);
        return reply(method.equals("HEAD"));
    }

    public Reply call(String method, String target) throws IOException {
        return call(TestDoor.signer(), method, target, Map.of(), new byte[0]);
    }

    public Reply put(String target, byte[] body) throws IOException {
        return call(TestDoor.signer(), "PUT", target, Map.of(), body);
    }

    public Reply reply() throws IOException {
        return reply(false);
    }

    /** The next answer; what comes before with status 100 is passed over. */
    public Reply reply(boolean toHead) throws IOException {
        int status = status();
        var headers = headers();
        while (status == 100) {
            status = status();
            headers = headers();
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        var body = toHead ? new byte[0] : in.readNBytes(length);
        if (!toHead && body.length < length) {
            throw new EOFException("the answer breaks off after " + body.length);
        }
        return new Reply(status, headers, body);
    }

    /** The status of the next head, whose headers are then to be read. */
    public int status() throws IOException {
        var line = line();
        return Integer.parseInt(line.split(" ", 3)[1]);
    }

    public Map<String, String> headers() throws IOException {
        var headers = new HashMap<String, String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\r'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("the connection was closed");
            }
            line.write(octet);
        }
        in.read();
        return line.toString(ISO_8859_1);
    }

    /** Whether the server closes the connection, and sends nothing before. */
    public boolean isClosed() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    /** Sends no more. */
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
