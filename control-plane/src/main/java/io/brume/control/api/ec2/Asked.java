package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.vpc.Direction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.AuthorizeSecurityGroupEgressRequest;
import software.amazon.awssdk.services.ec2.model.AuthorizeSecurityGroupIngressRequest;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.RevokeSecurityGroupEgressRequest;
import software.amazon.awssdk.services.ec2.model.RevokeSecurityGroupIngressRequest;
import software.amazon.awssdk.services.ec2.model.UpdateSecurityGroupRuleDescriptionsEgressRequest;
import software.amazon.awssdk.services.ec2.model.UpdateSecurityGroupRuleDescriptionsIngressRequest;
import software.amazon.awssdk.services.ec2.model.UserIdGroupPair;

/**
 * Which group and which rules a request is about, whichever of the six operations it came by. Rules
 * can also be asked for by the old flat parameters, which become one more permission.
 */
record Asked(
        @Nullable String groupId,
        @Nullable String groupName,
        Direction direction,
        List<IpPermission> permissions) {
    Asked {
        requireNonNull(direction);
        permissions = List.copyOf(permissions);
    }

    static Asked of(AuthorizeSecurityGroupIngressRequest request) {
        Flat flat =
                new Flat(
                        request.ipProtocol(),
                        request.fromPort(),
                        request.toPort(),
                        request.cidrIp(),
                        request.sourceSecurityGroupName(),
                        request.sourceSecurityGroupOwnerId());
        return new Asked(
                request.groupId(),
                request.groupName(),
                Direction.INGRESS,
                flat.after(request.ipPermissions()));
    }

    static Asked of(AuthorizeSecurityGroupEgressRequest request) {
        Flat flat =
                new Flat(
                        request.ipProtocol(),
                        request.fromPort(),
                        request.toPort(),
                        request.cidrIp(),
                        request.sourceSecurityGroupName(),
                        request.sourceSecurityGroupOwnerId());
        return new Asked(
                request.groupId(), null, Direction.EGRESS, flat.after(request.ipPermissions()));
    }

    static Asked of(RevokeSecurityGroupIngressRequest request) {
        Flat flat =
                new Flat(
                        request.ipProtocol(),
                        request.fromPort(),
                        request.toPort(),
                        request.cidrIp(),
                        request.sourceSecurityGroupName(),
                        request.sourceSecurityGroupOwnerId());
        return new Asked(
                request.groupId(),
                request.groupName(),
                Direction.INGRESS,
                flat.after(request.ipPermissions()));
    }

    static Asked of(RevokeSecurityGroupEgressRequest request) {
        Flat flat =
                new Flat(
                        request.ipProtocol(),
                        request.fromPort(),
                        request.toPort(),
                        request.cidrIp(),
                        request.sourceSecurityGroupName(),
                        request.sourceSecurityGroupOwnerId());
        return new Asked(
                request.groupId(), null, Direction.EGRESS, flat.after(request.ipPermissions()));
    }

    static Asked of(UpdateSecurityGroupRuleDescriptionsIngressRequest request) {
        return new Asked(
                request.groupId(), request.groupName(), Direction.INGRESS, request.ipPermissions());
    }

    static Asked of(UpdateSecurityGroupRuleDescriptionsEgressRequest request) {
        return new Asked(
                request.groupId(), request.groupName(), Direction.EGRESS, request.ipPermissions());
    }

    /** The parameters from before there were permissions. */
    private record Flat(
            @Nullable String protocol,
            @Nullable Integer fromPort,
            @Nullable Integer toPort,
            @Nullable String cidr,
            @Nullable String peerName,
            @Nullable String peerOwner) {
        List<IpPermission> after(List<IpPermission> permissions) {
            if (protocol == null && cidr == null && peerName == null) {
                return permissions;
            }
            var flat =
                    IpPermission.builder()
                            .ipProtocol(protocol == null && peerName != null ? "-1" : protocol)
                            .fromPort(fromPort)
                            .toPort(toPort);
            if (cidr != null) {
                flat.ipRanges(List.of(IpRange.builder().cidrIp(cidr).build()));
            }
            if (peerName != null) {
                var peer = UserIdGroupPair.builder().groupName(peerName).userId(peerOwner).build();
                flat.userIdGroupPairs(List.of(peer));
            }
            List<IpPermission> all = new ArrayList<>(permissions);
            all.add(flat.build());
            return all;
        }
    }
}
