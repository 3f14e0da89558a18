package io.brume.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * What a request brings along: read once for its hash and once to be sent, so that it need not be
 * in memory.
 *
 * @param moved hears how many bytes have been sent; of a repeated request it hears them again,
 *     after as many were taken back
 */
record S3Body(Source source, long length, LongConsumer moved) {
    static final S3Body NONE = of("");

    /** Opens what is to be read, from its begin. */
    @FunctionalInterface
    interface Source {
        InputStream open() throws IOException;
    }

    S3Body {
        requireNonNull(source);
        requireNonNull(moved);
    }

    static S3Body of(String text) {
        var bytes = text.getBytes(UTF_8);
        return new S3Body(() -> new ByteArrayInputStream(bytes), bytes.length, count -> {});
    }

    /** A run of a file. */
    static S3Body of(Path file, long offset, long length, LongConsumer moved) {
        return new S3Body(() -> run(file, offset, length), length, moved);
    }

    private static InputStream run(Path file, long offset, long length) throws IOException {
        var channel = FileChannel.open(file);
        channel.position(offset);
        return new BufferedInputStream(
                new Limited(Channels.newInputStream(channel), length), 64 << 10);
    }

    /** SHA-256 in lower-case hexadecimal. */
    String hash() throws IOException {
        try (var in = source.open()) {
            var sha256 = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[64 << 10];
            long left = length;
            for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                sha256.update(buffer, 0, count);
                left -= count;
            }
            if (left != 0) {
                throw new IOException("it became shorter while it was read");
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    BodyPublisher publisher() {
        if (length == 0) {
            return BodyPublishers.noBody();
        }
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> {
                    try {
                        return new Counted(source.open(), moved);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }),
                length);
    }

    /** Ends after so many bytes. */
    private static final class Limited extends FilterInputStream {
        private long left;

        Limited(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = in.read(bytes, offset, (int) Math.min(left, count));
            left -= Math.max(0, read);
            return read;
        }
    }

    /** Says how much was read. */
    private static final class Counted extends FilterInputStream {
        private final LongConsumer moved;

        Counted(InputStream in, LongConsumer moved) {
            super(in);
            this.moved = moved;
        }

        @Override
        public int read() throws IOException {
            int one = in.read();
            if (one >= 0) {
                moved.accept(1);
            }
            return one;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            int read = in.read(bytes, offset, count);
            if (read > 0) {
                moved.accept(read);
            }
            return read;
        }
    }
}
