package io.brume.control.api.s3;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.control.domain.NodeId;

/**
 * A storage node that answers S3.
 *
 * @param forward where it takes what the control plane passes on
 */
public record S3Node(NodeId id, HostPort forward) {
    public S3Node {
        requireNonNull(id);
        requireNonNull(forward);
    }
}
