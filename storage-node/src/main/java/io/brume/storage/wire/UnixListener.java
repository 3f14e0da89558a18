package io.brume.storage.wire;

import static java.util.Objects.requireNonNull;

import io.brume.proto.block.Blocks;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A Unix socket that only its owner and root may open: for the agent of this host. */
final class UnixListener implements Listener {
    /** The kernel's bound on a socket's path, without the byte that ends it. */
    private static final int MOST_PATH_BYTES = 107;

    private static final int BACKLOG = 64;

    private final Path path;
    private final ServerSocketChannel channel;

    /**
     * Listens at once, in place of whatever was there.
     *
     * @throws IOException when it cannot
     */
    UnixListener(Path path) throws IOException {
        this.path = requireNonNull(path);
        Path folder = requireNonNull(path.getParent());
        // Nobody can reach it before its mode is set: it is made in a closed folder, then moved.
        Path closed = Files.createTempDirectory(folder, ".s");
        Path fresh = closed.resolve("s");
        channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(fresh), BACKLOG);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
            Files.move(
                    fresh,
                    path,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(fresh);
            throw e;
        } finally {
            Files.deleteIfExists(closed);
        }
    }

    /** Whether the kernel can bind a socket in the folder where it is made, and at its path. */
    static boolean isShortEnough(Path path) {
        // As long as the longest name that a temporary folder gets, with the socket in it.
        int madeAt =
                requireNonNull(path.getParent()).toString().getBytes(StandardCharsets.UTF_8).length
                        + 25;
        return Math.max(madeAt, path.toString().getBytes(StandardCharsets.UTF_8).length)
                <= MOST_PATH_BYTES;
    }

    @Override
    public Transport accept() throws IOException {
        SocketChannel accepted = channel.accept();
        // A large answer goes out at once; the kernel may give less.
        accepted.setOption(StandardSocketOptions.SO_SNDBUF, Blocks.MOST_DATA);
        return new UnixTransport(accepted);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
