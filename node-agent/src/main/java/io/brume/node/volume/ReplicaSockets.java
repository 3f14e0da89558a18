package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.common.tls.Identity;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.v1.OpenReplica;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reaches replicas: by the Unix socket of their node on the same host, and by TCP and mutual TLS on
 * others. On one loop.
 */
public final class ReplicaSockets {
    private final EventLoop loop;
    private final String hostName;
    private final Optional<Supplier<Identity>> identity;

    /**
     * Reaches those of this host only.
     *
     * @param hostName this host's
     */
    public ReplicaSockets(EventLoop loop, String hostName) {
        this(loop, hostName, Optional.empty());
    }

    /**
     * @param hostName this host's
     * @param identity this node's, asked at each connection to another host
     */
    public ReplicaSockets(EventLoop loop, String hostName, Supplier<Identity> identity) {
        this(loop, hostName, Optional.of(identity));
    }

    private ReplicaSockets(EventLoop loop, String hostName, Optional<Supplier<Identity>> identity) {
        this.loop = requireNonNull(loop);
        this.hostName = requireNonNull(hostName);
        this.identity = requireNonNull(identity);
    }

    /** See {@link ReplicaLink.Dialer}. */
    ReplicaLink dial(
            ReplicaWant replica, String volumeId, long epoch, ReplicaLink.Listener listener) {
        var opening = OpenReplica.newBuilder().setVolumeId(volumeId).setEpoch(epoch).build();
        try {
            if (isHere(replica)) {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                channel.configureBlocking(false);
                // A large write goes out at once; the kernel may give less.
                channel.setOption(StandardSocketOptions.SO_SNDBUF, Blocks.MOST_DATA);
                return SocketReplicaLink.open(
                        loop,
                        channel,
                        UnixDomainSocketAddress.of(replica.socket()),
                        opening,
                        listener);
            }
            HostPort address = HostPort.parse(replica.address());
            SocketChannel channel =
                    TlsTunnel.dial(
                            InetSocketAddress.createUnresolved(address.host(), address.port()),
                            replica.nodeId(),
                            identity.orElseThrow(
                                    () -> new IOException("on another host, without TLS")));
            return SocketReplicaLink.open(loop, channel, opening, listener);
        } catch (IOException | IllegalArgumentException e) {
            return new UnreachableReplica(loop, String.valueOf(e.getMessage()), listener);
        }
    }

    private boolean isHere(ReplicaWant replica) {
        try {
            return replica.hostName().equals(hostName)
                    && !replica.socket().isEmpty()
                    && Files.exists(Path.of(replica.socket()));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
