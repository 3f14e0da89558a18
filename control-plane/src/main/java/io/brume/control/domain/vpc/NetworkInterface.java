package io.brume.control.domain.vpc;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.Region;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One place in a VPC: a private address, perhaps a public one, and the groups that filter it.
 *
 * @param securityGroups 1 to 5, without repetition
 * @param publicIp null when it has none
 * @param attachment null when it belongs to no instance
 */
public record NetworkInterface(
        AccountId account,
        NetworkInterfaceId id,
        VpcId vpcId,
        SubnetId subnetId,
        String zone,
        MacAddress mac,
        Ipv4Address privateIp,
        @Nullable Ipv4Address publicIp,
        List<SecurityGroupId> securityGroups,
        String description,
        boolean sourceDestCheck,
        @Nullable Attachment attachment,
        Instant created) {
    public static final int MAX_SECURITY_GROUPS = 5;

    public NetworkInterface {
        requireNonNull(account);
        requireNonNull(id);
        requireNonNull(vpcId);
        requireNonNull(subnetId);
        requireNonNull(zone);
        requireNonNull(mac);
        requireNonNull(privateIp);
        securityGroups = List.copyOf(securityGroups);
        requireNonNull(description);
        requireNonNull(created);
    }

    public Owned<NetworkInterfaceId> key() {
        return new Owned<>(account, id);
    }

    public Owned<VpcId> vpc() {
        return new Owned<>(account, vpcId);
    }

    public Owned<SubnetId> subnet() {
        return new Owned<>(account, subnetId);
    }

    public NetworkInterface withSecurityGroups(List<SecurityGroupId> groups) {
        return new NetworkInterface(
                account,
                id,
                vpcId,
                subnetId,
                zone,
                mac,
                privateIp,
                publicIp,
                groups,
                description,
                sourceDestCheck,
                attachment,
                created);
    }

    public NetworkInterface withPublicIp(@Nullable Ipv4Address address) {
        return new NetworkInterface(
                account,
                id,
                vpcId,
                subnetId,
                zone,
                mac,
                privateIp,
                address,
                securityGroups,
                description,
                sourceDestCheck,
                attachment,
                created);
    }

    public NetworkInterface withSourceDestCheck(boolean check) {
        return new NetworkInterface(
                account,
                id,
                vpcId,
                subnetId,
                zone,
                mac,
                privateIp,
                publicIp,
                securityGroups,
                description,
                check,
                attachment,
                created);
    }

    /** AWS's private host name of the address, as {@code ip-172-31-0-4.ec2.internal}. */
    public String privateName(Region region) {
        return "ip-" + privateIp.dashed() + "." + region.privateDomain();
    }
}
