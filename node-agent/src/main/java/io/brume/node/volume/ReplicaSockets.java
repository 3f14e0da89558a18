package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import io.brume.proto.block.v1.OpenReplica;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reaches replicas of the same host by their Unix sockets. On one loop. */
public final class ReplicaSockets {
    private final EventLoop loop;
    private final String hostName;

    /**
     * @param hostName this host's
     */
    public ReplicaSockets(EventLoop loop, String hostName) {
        this.loop = requireNonNull(loop);
        this.hostName = requireNonNull(hostName);
    }

    ReplicaLink dial(
            ReplicaWant replica, String volumeId, long epoch, ReplicaLink.Listener listener) {
        var opening = OpenReplica.newBuilder().setVolumeId(volumeId).setEpoch(epoch).build();
        try {
            Path socket = Path.of(replica.socket());
            if (!replica.hostName().equals(hostName) || !Files.exists(socket)) {
                throw new IOException("no socket of this host");
            }
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.configureBlocking(false);
            return SocketReplicaLink.open(
                    loop, channel, UnixDomainSocketAddress.of(socket), true, opening, listener);
        } catch (IOException e) {
            return new UnreachableReplica(loop, String.valueOf(e.getMessage()), listener);
        }
    }
}
