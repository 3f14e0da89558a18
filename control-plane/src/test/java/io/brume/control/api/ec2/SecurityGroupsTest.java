package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.Owned;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.domain.vpc.SubnetId;
import io.brume.control.state.NewInterface;
import io.brume.control.store.codec.VpcTables;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.ec2.model.SecurityGroupRule;
import software.amazon.awssdk.services.ec2.model.SecurityGroupRuleUpdate;
import software.amazon.awssdk.services.ec2.model.UserIdGroupPair;

final class SecurityGroupsTest extends CloudTest {
    @Test
    void accountBeginsWithTheDefaultGroup() {
        SecurityGroup group = ec2.describeSecurityGroups().securityGroups().getFirst();
        assertThat(group.groupName()).isEqualTo("default");
        assertThat(group.description()).isEqualTo("default VPC security group");
        assertThat(group.ipPermissions()).hasSize(1);
        IpPermission self = group.ipPermissions().getFirst();
        assertThat(self.ipProtocol()).isEqualTo("-1");
        assertThat(self.fromPort()).isNull();
        assertThat(self.userIdGroupPairs().getFirst().groupId()).isEqualTo(group.groupId());
        assertThat(group.ipPermissionsEgress().getFirst().ipRanges())
                .containsExactly(IpRange.builder().cidrIp("0.0.0.0/0").build());
        assertFails("CannotDelete", () -> ec2.deleteSecurityGroup(b -> b.groupId(group.groupId())));
    }

    @Test
    void newGroupLetsEverythingOutAndNothingIn() {
        String id = create("web");
        SecurityGroup group =
                ec2.describeSecurityGroups(b -> b.groupIds(id)).securityGroups().getFirst();
        assertThat(group.groupName()).isEqualTo("web");
        assertThat(group.ownerId()).isEqualTo(account.value());
        assertThat(group.vpcId()).startsWith("vpc-");
        assertThat(group.ipPermissions()).isEmpty();
        assertThat(group.ipPermissionsEgress()).hasSize(1);
        assertThat(group.tags()).containsExactly(tag("Name", "web"));
        assertFails("InvalidGroup.Duplicate", () -> create("web"));
        assertThat(ec2.deleteSecurityGroup(b -> b.groupName("web")).groupId()).isEqualTo(id);
        assertFails("InvalidGroup.NotFound", () -> ec2.deleteSecurityGroup(b -> b.groupId(id)));
    }

    @Test
    void rulesAreAllowedDescribedAndRevoked() {
        String id = create("web");
        List<SecurityGroupRule> made =
                ec2.authorizeSecurityGroupIngress(b ->
                                b.groupId(id)
                                        .ipPermissions(tcp(22, "10.0.0.0/8", "203.0.113.7/24"))
                                        .tagSpecifications(
                                                tags(
                                                        ResourceType.SECURITY_GROUP_RULE,
                                                        tag("for", "ssh"))))
                        .securityGroupRules();
        assertThat(made)
                .extracting(SecurityGroupRule::cidrIpv4)
                .containsExactly("10.0.0.0/8", "203.0.113.0/24");
        assertThat(made.getFirst().fromPort()).isEqualTo(22);
        assertThat(made.getFirst().isEgress()).isFalse();
        assertThat(made.getFirst().tags()).containsExactly(tag("for", "ssh"));

        SecurityGroup group =
                ec2.describeSecurityGroups(b -> b.groupIds(id)).securityGroups().getFirst();
        assertThat(group.ipPermissions()).hasSize(1);
        assertThat(group.ipPermissions().getFirst().ipRanges()).hasSize(2);
        assertThat(
                        ec2.describeSecurityGroupRules(b -> b.filters(filter("group-id", id)))
                                .securityGroupRules())
                .hasSize(3);

        assertFails(
                "InvalidPermission.Duplicate",
                () ->
                        ec2.authorizeSecurityGroupIngress(
                                b -> b.groupId(id).ipPermissions(tcp(22, "10.1.2.3/8"))));
        ec2.revokeSecurityGroupIngress(b -> b.groupId(id).ipPermissions(tcp(22, "10.0.0.0/8")));
        String left = made.getLast().securityGroupRuleId();
        assertThat(
                        ec2.revokeSecurityGroupIngress(
                                        b -> b.groupId(id).securityGroupRuleIds(left))
                                .revokedSecurityGroupRules())
                .hasSize(1);
        assertFails(
                "InvalidPermission.NotFound",
                () ->
                        ec2.revokeSecurityGroupIngress(
                                b -> b.groupId(id).ipPermissions(tcp(22, "10.0.0.0/8"))));
        assertFails(
                "InvalidSecurityGroupRuleId.NotFound",
                () ->
                        ec2.revokeSecurityGroupIngress(
                                b -> b.groupId(id).securityGroupRuleIds(left)));
    }

    @Test
    void egressIsRevokedAsTerraformDoes() {
        String id = create("closed");
        IpPermission everything =
                IpPermission.builder()
                        .ipProtocol("-1")
                        .fromPort(0)
                        .toPort(0)
                        .ipRanges(IpRange.builder().cidrIp("0.0.0.0/0").build())
                        .build();
        ec2.revokeSecurityGroupEgress(b -> b.groupId(id).ipPermissions(everything));
        assertThat(
                        ec2.describeSecurityGroups(b -> b.groupIds(id))
                                .securityGroups()
                                .getFirst()
                                .ipPermissionsEgress())
                .isEmpty();
    }

    @Test
    void flatParametersStillWork() {
        String id = create("old");
        ec2.authorizeSecurityGroupIngress(b ->
                b.groupName("old").ipProtocol("udp").fromPort(53).toPort(53).cidrIp("0.0.0.0/0"));
        ec2.authorizeSecurityGroupIngress(
                b -> b.groupId(id).ipProtocol("icmp").fromPort(8).toPort(-1).cidrIp("0.0.0.0/0"));
        assertThat(
                        ec2.describeSecurityGroups(b -> b.groupIds(id))
                                .securityGroups()
                                .getFirst()
                                .ipPermissions())
                .extracting(IpPermission::ipProtocol)
                .containsExactlyInAnyOrder("udp", "icmp");
    }

    @Test
    void aRuleKeepsItsIdWhenItChanges() {
        String id = create("changing");
        String rule =
                ec2.authorizeSecurityGroupIngress(
                                b -> b.groupId(id).ipPermissions(tcp(80, "10.0.0.0/8")))
                        .securityGroupRules()
                        .getFirst()
                        .securityGroupRuleId();
        ec2.modifySecurityGroupRules(b ->
                b.groupId(id)
                        .securityGroupRules(
                                SecurityGroupRuleUpdate.builder()
                                        .securityGroupRuleId(rule)
                                        .securityGroupRule(r ->
                                                r.ipProtocol("tcp")
                                                        .fromPort(81)
                                                        .toPort(81)
                                                        .cidrIpv6("2001:DB8:0::/32")
                                                        .description("new"))
                                        .build()));
        SecurityGroupRule changed =
                ec2.describeSecurityGroupRules(b -> b.securityGroupRuleIds(rule))
                        .securityGroupRules()
                        .getFirst();
        assertThat(changed.fromPort()).isEqualTo(81);
        assertThat(changed.cidrIpv6()).isEqualTo("2001:db8::/32");
        assertThat(changed.description()).isEqualTo("new");
    }

    @Test
    void aGroupInUseStays() {
        String used = create("used");
        String user = create("user");
        IpPermission fromUsed =
                IpPermission.builder()
                        .ipProtocol("tcp")
                        .fromPort(5432)
                        .toPort(5432)
                        .userIdGroupPairs(UserIdGroupPair.builder().groupId(used).build())
                        .build();
        ec2.authorizeSecurityGroupIngress(b -> b.groupId(user).ipPermissions(fromUsed));
        assertFails("DependencyViolation", () -> ec2.deleteSecurityGroup(b -> b.groupId(used)));
        ec2.revokeSecurityGroupIngress(b -> b.groupId(user).ipPermissions(fromUsed));
        putInterfaceInto(used);
        assertFails("DependencyViolation", () -> ec2.deleteSecurityGroup(b -> b.groupId(used)));
        ec2.deleteSecurityGroup(b -> b.groupId(user));
    }

    private void putInterfaceInto(String group) {
        String subnet = ec2.describeSubnets().subnets().getFirst().subnetId();
        cloud.store.transact(tx ->
                cloud.networkInterfaces.create(
                        tx,
                        new NewInterface(
                                new NetworkInterfaceId("eni-0123456789abcdef0"),
                                requireNonNull(
                                        tx.get(
                                                VpcTables.SUBNETS,
                                                new Owned<>(account, new SubnetId(subnet)))),
                                null,
                                false,
                                List.of(new SecurityGroupId(group)),
                                "",
                                null,
                                Instant.EPOCH,
                                1)));
    }

    @Test
    void atMostSixtyRulesEachWay() {
        String id = create("full");
        IpPermission sixty =
                tcp(
                        443,
                        IntStream.range(0, 60)
                                .mapToObj(i -> "10.0." + i + ".0/24")
                                .toArray(String[]::new));
        ec2.authorizeSecurityGroupIngress(b -> b.groupId(id).ipPermissions(sixty));
        assertFails(
                "RulesPerSecurityGroupLimitExceeded",
                () ->
                        ec2.authorizeSecurityGroupIngress(
                                b -> b.groupId(id).ipPermissions(tcp(443, "10.1.0.0/24"))));
        ec2.authorizeSecurityGroupEgress(b -> b.groupId(id).ipPermissions(tcp(443, "10.1.0.0/24")));
    }

    @Test
    void badRulesAreRefused() {
        String id = create("strict");
        refused(id, "InvalidParameterValue", tcp(22, "10.0.0.0/33"));
        refused(id, "InvalidParameterValue", tcp(22, "10.0.0.0/8", "10.9.0.0/8"));
        refused(id, "InvalidParameterValue", tcp(70000, "10.0.0.0/8"));
        refused(
                id,
                "InvalidParameterValue",
                IpPermission.builder().ipProtocol("tcp").ipRanges(range("10.0.0.0/8")).build());
        refused(
                id,
                "InvalidParameterValue",
                IpPermission.builder().ipProtocol("quic").ipRanges(range("10.0.0.0/8")).build());
        refused(
                id,
                "MissingParameter",
                IpPermission.builder().ipProtocol("tcp").fromPort(1).toPort(1).build());
        refused(
                id,
                "InvalidGroup.NotFound",
                IpPermission.builder()
                        .ipProtocol("-1")
                        .userIdGroupPairs(
                                UserIdGroupPair.builder().groupId("sg-0123456789abcdef0").build())
                        .build());
        assertFails(
                "MissingParameter", () -> ec2.authorizeSecurityGroupIngress(b -> b.groupId(id)));
        assertFails(
                "InvalidGroupId.Malformed",
                () -> ec2.describeSecurityGroups(b -> b.groupIds("sg-xyz")));
        assertThat(
                        ec2.describeSecurityGroups(b -> b.groupIds(id))
                                .securityGroups()
                                .getFirst()
                                .ipPermissions())
                .isEmpty();
    }

    @Test
    void groupsOfOthersCannotBeTouched() {
        String id = create("mine");
        assertFails(
                "InvalidGroup.NotFound",
                () -> stranger().describeSecurityGroups(b -> b.groupIds(id)));
        assertFails(
                "InvalidGroup.NotFound",
                () ->
                        stranger()
                                .authorizeSecurityGroupIngress(
                                        b -> b.groupId(id).ipPermissions(tcp(22, "0.0.0.0/0"))));
        assertFails(
                "InvalidGroup.NotFound", () -> stranger().deleteSecurityGroup(b -> b.groupId(id)));
    }

    @Test
    void listsComeInPages() {
        for (int i = 0; i < 11; i++) {
            create("g" + i);
        }
        var first = ec2.describeSecurityGroups(b -> b.maxResults(5));
        assertThat(first.securityGroups()).hasSize(5);
        assertThat(first.nextToken()).isNotNull();
        assertThat(
                        ec2
                                .describeSecurityGroupsPaginator(b -> b.maxResults(5))
                                .securityGroups()
                                .stream()
                                .map(SecurityGroup::groupId)
                                .distinct())
                .hasSize(12);
        assertFails(
                "InvalidParameterValue", () -> ec2.describeSecurityGroups(b -> b.maxResults(4)));
        assertFails(
                "InvalidNextToken", () -> ec2.describeSecurityGroups(b -> b.nextToken("bogus")));
    }

    private void refused(String group, String code, IpPermission permission) {
        assertFails(
                code,
                () ->
                        ec2.authorizeSecurityGroupIngress(
                                b -> b.groupId(group).ipPermissions(permission)));
    }

    private String create(String name) {
        return ec2.createSecurityGroup(b ->
                        b.groupName(name)
                                .description("for tests")
                                .tagSpecifications(
                                        tags(ResourceType.SECURITY_GROUP, tag("Name", name))))
                .groupId();
    }

    private static IpRange range(String cidr) {
        return IpRange.builder().cidrIp(cidr).build();
    }

    private static IpPermission tcp(int port, String... cidrs) {
        return IpPermission.builder()
                .ipProtocol("tcp")
                .fromPort(port)
                .toPort(port)
                .ipRanges(List.of(cidrs).stream().map(SecurityGroupsTest::range).toList())
                .build();
    }
}
