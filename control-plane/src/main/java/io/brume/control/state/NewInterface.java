package io.brume.control.state;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.vpc.Attachment;
import io.brume.control.domain.vpc.Ipv4Address;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.domain.vpc.Subnet;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network interface to be made.
 *
 * @param id chosen outside the transaction
 * @param privateIp null = any free one of the subnet
 * @param publicIp whether it gets a public address now
 * @param securityGroups empty = the VPC's default group
 * @param attachment null = none yet
 * @param seed chooses its addresses, from outside the transaction
 */
public record NewInterface(
        NetworkInterfaceId id,
        Subnet subnet,
        @Nullable Ipv4Address privateIp,
        boolean publicIp,
        List<SecurityGroupId> securityGroups,
        String description,
        @Nullable Attachment attachment,
        Instant created,
        long seed) {
    public NewInterface {
        requireNonNull(id);
        requireNonNull(subnet);
        securityGroups = List.copyOf(securityGroups);
        requireNonNull(description);
        requireNonNull(created);
    }
}
