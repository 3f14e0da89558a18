package io.brume.control.domain.volume;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;

/**
 * A storage node as agents find it.
 *
 * @param address host and port of its block server
 * @param socket path of its Unix socket, for agents of the same host
 * @param chunkAddress host and port of its chunk service; empty when it has none
 */
public record StorageNode(
        NodeId id,
        String zone,
        String hostName,
        String address,
        String socket,
        String chunkAddress) {
    public StorageNode {
        requireNonNull(id);
        requireNonNull(zone);
        requireNonNull(hostName);
        requireNonNull(address);
        requireNonNull(socket);
        requireNonNull(chunkAddress);
    }
}
