package io.brume.control.api.ec2;

import io.brume.common.id.Ids;
import software.amazon.awssdk.services.ec2.model.AuthorizeSecurityGroupEgressRequest;
import software.amazon.awssdk.services.ec2.model.AuthorizeSecurityGroupEgressResponse;
import software.amazon.awssdk.services.ec2.model.AuthorizeSecurityGroupIngressRequest;
import software.amazon.awssdk.services.ec2.model.AuthorizeSecurityGroupIngressResponse;
import software.amazon.awssdk.services.ec2.model.CreateSecurityGroupRequest;
import software.amazon.awssdk.services.ec2.model.CreateSecurityGroupResponse;
import software.amazon.awssdk.services.ec2.model.DeleteSecurityGroupRequest;
import software.amazon.awssdk.services.ec2.model.DeleteSecurityGroupResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupRulesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupRulesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupsResponse;
import software.amazon.awssdk.services.ec2.model.ModifySecurityGroupRulesRequest;
import software.amazon.awssdk.services.ec2.model.ModifySecurityGroupRulesResponse;
import software.amazon.awssdk.services.ec2.model.RevokeSecurityGroupEgressRequest;
import software.amazon.awssdk.services.ec2.model.RevokeSecurityGroupEgressResponse;
import software.amazon.awssdk.services.ec2.model.RevokeSecurityGroupIngressRequest;
import software.amazon.awssdk.services.ec2.model.RevokeSecurityGroupIngressResponse;
import software.amazon.awssdk.services.ec2.model.UpdateSecurityGroupRuleDescriptionsEgressRequest;
import software.amazon.awssdk.services.ec2.model.UpdateSecurityGroupRuleDescriptionsEgressResponse;
import software.amazon.awssdk.services.ec2.model.UpdateSecurityGroupRuleDescriptionsIngressRequest;
import software.amazon.awssdk.services.ec2.model.UpdateSecurityGroupRuleDescriptionsIngressResponse;

/** EC2's operations on security groups and their rules. */
final class SecurityGroupService extends Ec2Noun {
    private final SecurityGroupView view;
    private final SecurityGroupOperations groups;
    private final SecurityGroupRuleOperations rules;

    SecurityGroupService(Ec2Parts parts) {
        Calls calls = new Calls(parts.store(), parts.pager());
        Ids ids = new Ids(parts.random());
        view = new SecurityGroupView(new Arns(parts.region()));
        groups = new SecurityGroupOperations(calls, ids, view);
        rules = new SecurityGroupRuleOperations(calls, ids, view);
    }

    @Override
    public CreateSecurityGroupResponse createSecurityGroup(CreateSecurityGroupRequest request) {
        return groups.create(request);
    }

    @Override
    public DescribeSecurityGroupsResponse describeSecurityGroups(
            DescribeSecurityGroupsRequest request) {
        return groups.describe(request);
    }

    @Override
    public DeleteSecurityGroupResponse deleteSecurityGroup(DeleteSecurityGroupRequest request) {
        return groups.delete(request);
    }

    @Override
    public DescribeSecurityGroupRulesResponse describeSecurityGroupRules(
            DescribeSecurityGroupRulesRequest request) {
        return rules.describe(request);
    }

    @Override
    public AuthorizeSecurityGroupIngressResponse authorizeSecurityGroupIngress(
            AuthorizeSecurityGroupIngressRequest request) {
        var asked = Asked.of(request);
        return AuthorizeSecurityGroupIngressResponse.builder()
                .securityGroupRules(rules.authorize(asked, request.tagSpecifications()))
                .returnValue(true)
                .build();
    }

    @Override
    public AuthorizeSecurityGroupEgressResponse authorizeSecurityGroupEgress(
            AuthorizeSecurityGroupEgressRequest request) {
        var asked = Asked.of(request);
        return AuthorizeSecurityGroupEgressResponse.builder()
                .securityGroupRules(rules.authorize(asked, request.tagSpecifications()))
                .returnValue(true)
                .build();
    }

    @Override
    public RevokeSecurityGroupIngressResponse revokeSecurityGroupIngress(
            RevokeSecurityGroupIngressRequest request) {
        var asked = Asked.of(request);
        return RevokeSecurityGroupIngressResponse.builder()
                .revokedSecurityGroupRules(
                        rules.revoke(asked, request.securityGroupRuleIds()).stream()
                                .map(view::showRevoked)
                                .toList())
                .returnValue(true)
                .build();
    }

    @Override
    public RevokeSecurityGroupEgressResponse revokeSecurityGroupEgress(
            RevokeSecurityGroupEgressRequest request) {
        var asked = Asked.of(request);
        return RevokeSecurityGroupEgressResponse.builder()
                .revokedSecurityGroupRules(
                        rules.revoke(asked, request.securityGroupRuleIds()).stream()
                                .map(view::showRevoked)
                                .toList())
                .returnValue(true)
                .build();
    }

    @Override
    public ModifySecurityGroupRulesResponse modifySecurityGroupRules(
            ModifySecurityGroupRulesRequest request) {
        rules.modify(request.groupId(), request.securityGroupRules());
        return ModifySecurityGroupRulesResponse.builder().returnValue(true).build();
    }

    @Override
    public UpdateSecurityGroupRuleDescriptionsIngressResponse
            updateSecurityGroupRuleDescriptionsIngress(
                    UpdateSecurityGroupRuleDescriptionsIngressRequest request) {
        rules.describeAs(Asked.of(request), request.securityGroupRuleDescriptions());
        return UpdateSecurityGroupRuleDescriptionsIngressResponse.builder()
                .returnValue(true)
                .build();
    }

    @Override
    public UpdateSecurityGroupRuleDescriptionsEgressResponse
            updateSecurityGroupRuleDescriptionsEgress(
                    UpdateSecurityGroupRuleDescriptionsEgressRequest request) {
        rules.describeAs(Asked.of(request), request.securityGroupRuleDescriptions());
        return UpdateSecurityGroupRuleDescriptionsEgressResponse.builder()
                .returnValue(true)
                .build();
    }
}
