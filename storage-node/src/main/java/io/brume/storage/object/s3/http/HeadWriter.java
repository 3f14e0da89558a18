package io.brume.storage.object.s3.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes the heads of answers. Of one event loop: it remembers the second's date. */
final class HeadWriter {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);
    private static final byte[] OK = "HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1);
    private static final byte[] CLOSE = "Connection: close\r\n".getBytes(ISO_8859_1);
    private static final byte[] LENGTH = "Content-Length: ".getBytes(ISO_8859_1);

    private long second = -1;
    private byte[] stamp = new byte[0];

    /**
     * Writes a head, and the empty line that ends it.
     *
     * @param head whether the request was one
     */
    void write(ByteBuf to, Answer answer, boolean head, boolean close, Instant now) {
        status(to, answer.status());
        boolean length = false;
        for (var header : answer.headers().entrySet()) {
            length |= header.getKey().equalsIgnoreCase("content-length");
            line(to, header.getKey(), header.getValue());
        }
        boolean bodiless = answer.status() == 204 || answer.status() == 304;
        if (!length && !bodiless) {
            to.writeBytes(LENGTH);
            ByteBufUtil.writeAscii(to, Long.toString(answer.length()));
            crlf(to);
        } else if (length && !head) {
            throw new IllegalStateException("only the answer to HEAD tells another length");
        }
        if (close) {
            to.writeBytes(CLOSE);
        }
        stamp(to, now);
        crlf(to);
    }

    private static void status(ByteBuf to, int status) {
        if (status == 200) {
            to.writeBytes(OK);
        } else {
            var words = HttpResponseStatus.valueOf(status);
            ByteBufUtil.writeAscii(to, "HTTP/1.1 " + status + " " + words.reasonPhrase());
            crlf(to);
        }
    }

    /** A header's characters are its octets. No text may end a header and begin another. */
    private static void line(ByteBuf to, String name, String value) {
        octets(to, name);
        to.writeByte(':').writeByte(' ');
        octets(to, value);
        crlf(to);
    }

    private static void octets(ByteBuf to, String text) {
        int length = text.length();
        to.ensureWritable(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            to.writeByte(c == '\r' || c == '\n' || c == 0 ? ' ' : c > 0xFF ? '?' : c);
        }
    }

    private void stamp(ByteBuf to, Instant now) {
        if (now.getEpochSecond() != second) {
            second = now.getEpochSecond();
            stamp = ("Date: " + DATE.format(now) + "\r\nServer: Brume\r\n").getBytes(ISO_8859_1);
        }
        to.writeBytes(stamp);
    }

    private static void crlf(ByteBuf to) {
        to.writeByte('\r').writeByte('\n');
    }
}
