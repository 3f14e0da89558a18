package io.brume.storage.object.wire;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.storage.object.group.BlobPeer;
import io.brume.storage.peers.PeerChannels;

/** The blobs of other nodes, over their channels. Thread-safe. */
public final class GrpcBlobs implements BlobPeer.Directory {
    private final PeerChannels channels;

    public GrpcBlobs(PeerChannels channels) {
        this.channels = requireNonNull(channels);
    }

    @Override
    public BlobPeer peer(String nodeId, HostPort address) {
        return new GrpcBlobPeer(nodeId, address, channels);
    }
}
