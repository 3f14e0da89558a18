package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.vpc.Direction;
import io.brume.control.domain.vpc.Ipv4Block;
import io.brume.control.domain.vpc.Ipv6Block;
import io.brume.control.domain.vpc.Peer;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.domain.vpc.SecurityGroupRule;
import io.brume.control.domain.vpc.Traffic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.Ipv6Range;
import software.amazon.awssdk.services.ec2.model.RevokedSecurityGroupRule;
import software.amazon.awssdk.services.ec2.model.UserIdGroupPair;

/** Security groups and rules in AWS's classes. */
final class SecurityGroupView {
    private final Arns arns;

    SecurityGroupView(Arns arns) {
        this.arns = requireNonNull(arns);
    }

    /** A group with its rules. */
    record Seen(SecurityGroup group, List<SecurityGroupRule> rules) {
        List<SecurityGroupRule> rules(Direction direction) {
            return rules.stream().filter(rule -> rule.direction() == direction).toList();
        }
    }

    software.amazon.awssdk.services.ec2.model.SecurityGroup show(Tagged<Seen> tagged) {
        SecurityGroup group = tagged.it().group();
        return software.amazon.awssdk.services.ec2.model.SecurityGroup.builder()
                .groupId(group.id().value())
                .groupName(group.name())
                .description(group.description())
                .ownerId(group.account().value())
                .vpcId(group.vpcId().value())
                .securityGroupArn(arn(group))
                .ipPermissions(permissions(tagged.it().rules(Direction.INGRESS)))
                .ipPermissionsEgress(permissions(tagged.it().rules(Direction.EGRESS)))
                .tags(tagged.shownTags())
                .build();
    }

    String arn(SecurityGroup group) {
        return arns.of(group.account(), "security-group", group.id());
    }

    software.amazon.awssdk.services.ec2.model.SecurityGroupRule show(
            SecurityGroupRule rule, List<software.amazon.awssdk.services.ec2.model.Tag> tags) {
        Traffic traffic = rule.traffic();
        var shown =
                software.amazon.awssdk.services.ec2.model.SecurityGroupRule.builder()
                        .securityGroupRuleId(rule.id().value())
                        .securityGroupRuleArn(
                                arns.of(rule.account(), "security-group-rule", rule.id()))
                        .groupId(rule.groupId().value())
                        .groupOwnerId(rule.account().value())
                        .isEgress(rule.direction() == Direction.EGRESS)
                        .ipProtocol(traffic.protocolName())
                        .fromPort(traffic.fromPort())
                        .toPort(traffic.toPort())
                        .description(description(rule))
                        .tags(tags);
        switch (rule.peer()) {
            case Peer.Ipv4(Ipv4Block block) -> shown.cidrIpv4(block.toString());
            case Peer.Ipv6(Ipv6Block block) -> shown.cidrIpv6(block.text());
            case Peer.Group(SecurityGroupId id) ->
                    shown.referencedGroupInfo(
                            info -> info.groupId(id.value()).userId(rule.account().value()));
        }
        return shown.build();
    }

    RevokedSecurityGroupRule showRevoked(SecurityGroupRule rule) {
        var shown =
                RevokedSecurityGroupRule.builder()
                        .securityGroupRuleId(rule.id().value())
                        .groupId(rule.groupId().value())
                        .isEgress(rule.direction() == Direction.EGRESS)
                        .ipProtocol(rule.traffic().protocolName())
                        .fromPort(rule.traffic().fromPort())
                        .toPort(rule.traffic().toPort())
                        .description(description(rule));
        switch (rule.peer()) {
            case Peer.Ipv4(Ipv4Block block) -> shown.cidrIpv4(block.toString());
            case Peer.Ipv6(Ipv6Block block) -> shown.cidrIpv6(block.text());
            case Peer.Group(SecurityGroupId id) -> shown.referencedGroupId(id.value());
        }
        return shown.build();
    }

    /** Rules for the same traffic together, as AWS shows them. */
    private static List<IpPermission> permissions(List<SecurityGroupRule> rules) {
        Map<Traffic, List<SecurityGroupRule>> byTraffic = new LinkedHashMap<>();
        for (SecurityGroupRule rule : rules) {
            byTraffic.computeIfAbsent(rule.traffic(), traffic -> new ArrayList<>()).add(rule);
        }
        return byTraffic.entrySet().stream()
                .map(e -> permission(e.getKey(), e.getValue()))
                .toList();
    }

    private static IpPermission permission(Traffic traffic, List<SecurityGroupRule> rules) {
        List<IpRange> ipv4 = new ArrayList<>();
        List<Ipv6Range> ipv6 = new ArrayList<>();
        List<UserIdGroupPair> groups = new ArrayList<>();
        for (SecurityGroupRule rule : rules) {
            String description = description(rule);
            switch (rule.peer()) {
                case Peer.Ipv4(Ipv4Block block) ->
                        ipv4.add(
                                IpRange.builder()
                                        .cidrIp(block.toString())
                                        .description(description)
                                        .build());
                case Peer.Ipv6(Ipv6Block block) ->
                        ipv6.add(
                                Ipv6Range.builder()
                                        .cidrIpv6(block.text())
                                        .description(description)
                                        .build());
                case Peer.Group(SecurityGroupId id) ->
                        groups.add(
                                UserIdGroupPair.builder()
                                        .groupId(id.value())
                                        .userId(rule.account().value())
                                        .description(description)
                                        .build());
            }
        }
        boolean ported = Traffic.hasPorts(traffic.protocol());
        return IpPermission.builder()
                .ipProtocol(traffic.protocolName())
                .fromPort(ported ? traffic.fromPort() : null)
                .toPort(ported ? traffic.toPort() : null)
                .ipRanges(ipv4)
                .ipv6Ranges(ipv6)
                .userIdGroupPairs(groups)
                .prefixListIds(List.of())
                .build();
    }

    private static @Nullable String description(SecurityGroupRule rule) {
        return rule.description().isEmpty() ? null : rule.description();
    }
}
