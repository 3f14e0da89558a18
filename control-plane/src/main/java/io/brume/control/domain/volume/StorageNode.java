package io.brume.control.domain.volume;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import java.util.Optional;

/**
 * A storage node as agents find it.
 *
 * @param address host and port of its block server
 * @param socket path of its Unix socket, for agents of the same host
 * @param chunkAddress host and port of its chunk service; empty when it has none
 * @param objects how its part of the object store is reached; empty when it has none
 */
public record StorageNode(
        NodeId id,
        String zone,
        String hostName,
        String address,
        String socket,
        String chunkAddress,
        Optional<ObjectAddresses> objects) {
    public StorageNode {
        requireNonNull(id);
        requireNonNull(zone);
        requireNonNull(hostName);
        requireNonNull(address);
        requireNonNull(socket);
        requireNonNull(chunkAddress);
        requireNonNull(objects);
    }

    /**
     * Host and port of each part.
     *
     * @param peer for other storage nodes
     * @param index for members of the index group
     * @param s3 for clients
     * @param forward for the control plane, which passes S3 calls on
     */
    public record ObjectAddresses(String peer, String index, String s3, String forward) {
        public ObjectAddresses {
            requireNonNull(peer);
            requireNonNull(index);
            requireNonNull(s3);
            requireNonNull(forward);
        }
    }
}
