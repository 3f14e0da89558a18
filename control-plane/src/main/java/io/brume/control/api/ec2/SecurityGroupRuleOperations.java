package io.brume.control.api.ec2;

import static io.brume.control.api.ec2.Tagged.text;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.shared.Filters;
import io.brume.common.aws.shared.Page;
import io.brume.common.id.Ids;
import io.brume.control.api.ec2.Permissions.Allowed;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.tag.ResourceType;
import io.brume.control.domain.tag.Tag;
import io.brume.control.domain.vpc.Direction;
import io.brume.control.domain.vpc.Peer;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.domain.vpc.SecurityGroupRule;
import io.brume.control.domain.vpc.SecurityGroupRuleId;
import io.brume.control.domain.vpc.Traffic;
import io.brume.control.state.Rows;
import io.brume.control.state.SecurityGroups;
import io.brume.control.state.Tags;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupRulesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupRulesResponse;
import software.amazon.awssdk.services.ec2.model.SecurityGroupRuleDescription;
import software.amazon.awssdk.services.ec2.model.SecurityGroupRuleRequest;
import software.amazon.awssdk.services.ec2.model.SecurityGroupRuleUpdate;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** The rules of security groups: allowed, revoked, changed, described. */
final class SecurityGroupRuleOperations {
    /** In each direction. Source: VPC quotas, rules per security group. */
    private static final int MAX_RULES = 60;

    private static final Filters<Tagged<SecurityGroupRule>> FILTERS =
            Filters.<Tagged<SecurityGroupRule>>table()
                    .value("group-id", text(SecurityGroupRule::groupId))
                    .value("security-group-rule-id", text(SecurityGroupRule::id))
                    .tags(Tagged::tagMap)
                    .build();

    private final Calls calls;
    private final Ids ids;
    private final SecurityGroupView view;

    SecurityGroupRuleOperations(Calls calls, Ids ids, SecurityGroupView view) {
        this.calls = requireNonNull(calls);
        this.ids = requireNonNull(ids);
        this.view = requireNonNull(view);
    }

    List<software.amazon.awssdk.services.ec2.model.SecurityGroupRule> authorize(
            Asked asked, List<TagSpecification> specifications) {
        List<Tag> tags = TagSpecifications.of(specifications, ResourceType.SECURITY_GROUP_RULE);
        List<SecurityGroupRuleId> fresh = new ArrayList<>();
        return calls
                .change((tx, account) -> {
                    SecurityGroup group =
                            SecurityGroupOperations.find(
                                    tx, account, asked.groupId(), asked.groupName());
                    List<Allowed> allowed = read(tx, group, asked);
                    while (fresh.size() < allowed.size()) {
                        fresh.add(SecurityGroupRuleId.create(ids));
                    }
                    List<SecurityGroupRule> rules = new ArrayList<>();
                    for (int i = 0; i < allowed.size(); i++) {
                        rules.add(rule(group, fresh.get(i), asked.direction(), allowed.get(i)));
                    }
                    add(tx, group, asked.direction(), rules);
                    rules.forEach(rule -> Tags.put(tx, account, rule.id(), tags));
                    return rules;
                })
                .stream()
                .map(rule -> view.show(rule, Tagged.show(tags)))
                .toList();
    }

    private static List<Allowed> read(ReadTransaction tx, SecurityGroup group, Asked asked) {
        List<Allowed> allowed = new Permissions(tx, group).read(asked.permissions());
        if (allowed.isEmpty()) {
            throw Faults.missing("ipPermissions");
        }
        for (int i = 0; i < allowed.size(); i++) {
            Allowed one = allowed.get(i);
            if (allowed.subList(0, i).stream().anyMatch(one::same)) {
                throw Faults.invalidValue("The same permission must not appear multiple times");
            }
        }
        return allowed;
    }

    private static SecurityGroupRule rule(
            SecurityGroup group, SecurityGroupRuleId id, Direction direction, Allowed allowed) {
        return new SecurityGroupRule(
                group.account(),
                id,
                group.id(),
                direction,
                allowed.traffic(),
                allowed.peer(),
                allowed.description());
    }

    private static void add(
            Transaction tx,
            SecurityGroup group,
            Direction direction,
            List<SecurityGroupRule> rules) {
        List<SecurityGroupRule> existing = SecurityGroups.rules(tx, group.key());
        for (SecurityGroupRule rule : rules) {
            if (existing.stream().anyMatch(rule::allowsSameAs)) {
                throw duplicate(rule);
            }
        }
        long count =
                rules.size() + existing.stream().filter(r -> r.direction() == direction).count();
        if (count > MAX_RULES) {
            throw Fault.quota(
                    "RulesPerSecurityGroupLimitExceeded",
                    "The maximum number of rules per security group has been reached.");
        }
        rules.forEach(rule -> tx.put(VpcTables.SECURITY_GROUP_RULES, rule.key(), rule));
    }

    private static Fault duplicate(SecurityGroupRule rule) {
        Traffic traffic = rule.traffic();
        String what =
                Traffic.hasPorts(traffic.protocol())
                        ? "%s, from port: %d, to port: %d"
                                .formatted(
                                        traffic.protocolName().toUpperCase(Locale.ROOT),
                                        traffic.fromPort(),
                                        traffic.toPort())
                        : traffic.protocol() == Traffic.ALL ? "ALL" : traffic.protocolName();
        String peer =
                switch (rule.peer()) {
                    case Peer.Ipv4(var block) -> block.toString();
                    case Peer.Ipv6(var block) -> block.text();
                    case Peer.Group(var id) -> id.value();
                };
        return Fault.conflict(
                "InvalidPermission.Duplicate",
                "the specified rule \"peer: %s, %s, ALLOW\" already exists".formatted(peer, what));
    }

    /** Takes rules away, by their ids or by what they allow. */
    List<SecurityGroupRule> revoke(Asked asked, List<String> ruleIds) {
        List<SecurityGroupRuleId> named = ruleIds.stream().map(SecurityGroupRuleId::parse).toList();
        if (!named.isEmpty() && !asked.permissions().isEmpty()) {
            throw Fault.invalid(
                    "InvalidParameterCombination",
                    "The parameter securityGroupRuleIds cannot be used with the parameter"
                            + " ipPermissions");
        }
        return calls.change((tx, account) -> {
            SecurityGroup group =
                    SecurityGroupOperations.find(tx, account, asked.groupId(), asked.groupName());
            List<SecurityGroupRule> revoked =
                    named.isEmpty()
                            ? byPermission(tx, group, asked)
                            : byId(tx, group, asked.direction(), named);
            revoked.forEach(rule -> SecurityGroups.delete(tx, rule));
            return revoked;
        });
    }

    private static List<SecurityGroupRule> byId(
            ReadTransaction tx,
            SecurityGroup group,
            Direction direction,
            List<SecurityGroupRuleId> named) {
        List<SecurityGroupRule> rules = new ArrayList<>();
        for (SecurityGroupRuleId id : named) {
            SecurityGroupRule rule = require(tx, group.account(), id);
            if (!rule.groupId().equals(group.id()) || rule.direction() != direction) {
                throw id.notFound();
            }
            rules.add(rule);
        }
        return rules;
    }

    private static List<SecurityGroupRule> byPermission(
            ReadTransaction tx, SecurityGroup group, Asked asked) {
        List<SecurityGroupRule> existing = SecurityGroups.rules(tx, group.key());
        List<SecurityGroupRule> rules = new ArrayList<>();
        for (Allowed allowed : read(tx, group, asked)) {
            rules.add(
                    existing.stream()
                            .filter(rule -> matches(rule, asked.direction(), allowed))
                            .findFirst()
                            .orElseThrow(SecurityGroupRuleOperations::noSuchRule));
        }
        return rules;
    }

    private static boolean matches(SecurityGroupRule rule, Direction direction, Allowed allowed) {
        return rule.direction() == direction
                && rule.traffic().equals(allowed.traffic())
                && rule.peer().equals(allowed.peer());
    }

    private static Fault noSuchRule() {
        return Fault.absent(
                "InvalidPermission.NotFound",
                "The specified rule does not exist in this security group.");
    }

    private static SecurityGroupRule require(
            ReadTransaction tx, AccountId account, SecurityGroupRuleId id) {
        SecurityGroupRule rule = tx.get(VpcTables.SECURITY_GROUP_RULES, new Owned<>(account, id));
        if (rule == null) {
            throw id.notFound();
        }
        return rule;
    }

    /** Sets the descriptions of rules, which are found by id or by what they allow. */
    void describeAs(Asked asked, List<SecurityGroupRuleDescription> descriptions) {
        if (descriptions.isEmpty() == asked.permissions().isEmpty()) {
            throw Fault.invalid(
                    descriptions.isEmpty() ? "MissingParameter" : "InvalidParameterCombination",
                    "The request must contain either ipPermissions or"
                            + " securityGroupRuleDescriptions");
        }
        calls.change((tx, account) -> {
            SecurityGroup group =
                    SecurityGroupOperations.find(tx, account, asked.groupId(), asked.groupName());
            described(tx, group, asked, descriptions)
                    .forEach(r -> tx.put(VpcTables.SECURITY_GROUP_RULES, r.key(), r));
            return group;
        });
    }

    private static List<SecurityGroupRule> described(
            ReadTransaction tx,
            SecurityGroup group,
            Asked asked,
            List<SecurityGroupRuleDescription> descriptions) {
        List<SecurityGroupRule> changed = new ArrayList<>();
        for (SecurityGroupRuleDescription one : descriptions) {
            String id = one.securityGroupRuleId() == null ? "" : one.securityGroupRuleId();
            changed.addAll(
                    byId(tx, group, asked.direction(), List.of(SecurityGroupRuleId.parse(id)))
                            .stream()
                            .map(r -> r.withDescription(Permissions.description(one.description())))
                            .toList());
        }
        if (!asked.permissions().isEmpty()) {
            List<SecurityGroupRule> rules = byPermission(tx, group, asked);
            List<Allowed> allowed = read(tx, group, asked);
            for (int i = 0; i < rules.size(); i++) {
                changed.add(rules.get(i).withDescription(allowed.get(i).description()));
            }
        }
        return changed;
    }

    /** Replaces what rules allow; their ids stay. */
    void modify(@Nullable String groupIdText, List<SecurityGroupRuleUpdate> updates) {
        if (groupIdText == null) {
            throw Faults.missing("GroupId");
        }
        if (updates.isEmpty()) {
            throw Faults.missing("SecurityGroupRule");
        }
        SecurityGroupId groupId = SecurityGroupId.parse(groupIdText);
        calls.change((tx, account) -> {
            SecurityGroup group = SecurityGroups.require(tx, account, groupId);
            updates.forEach(update -> modify(tx, group, update));
            return group;
        });
    }

    private static void modify(
            Transaction tx, SecurityGroup group, SecurityGroupRuleUpdate update) {
        if (update.securityGroupRuleId() == null || update.securityGroupRule() == null) {
            throw Faults.missing("SecurityGroupRuleId");
        }
        SecurityGroupRuleId id = SecurityGroupRuleId.parse(update.securityGroupRuleId());
        SecurityGroupRule old = require(tx, group.account(), id);
        if (!old.groupId().equals(group.id())) {
            throw id.notFound();
        }
        SecurityGroupRule changed =
                rule(group, id, old.direction(), allowed(tx, group, update.securityGroupRule()));
        boolean doubled =
                SecurityGroups.rules(tx, group.key()).stream()
                        .anyMatch(rule -> !rule.id().equals(id) && rule.allowsSameAs(changed));
        if (doubled) {
            throw duplicate(changed);
        }
        tx.put(VpcTables.SECURITY_GROUP_RULES, changed.key(), changed);
    }

    private static Allowed allowed(
            ReadTransaction tx, SecurityGroup group, SecurityGroupRuleRequest request) {
        Traffic traffic =
                Permissions.traffic(request.ipProtocol(), request.fromPort(), request.toPort());
        String description = Permissions.description(request.description());
        if (request.prefixListId() != null) {
            throw Permissions.prefixListNotFound(request.prefixListId());
        }
        if (request.cidrIpv4() != null) {
            return new Allowed(traffic, Permissions.ipv4(request.cidrIpv4()), description);
        }
        if (request.cidrIpv6() != null) {
            return new Allowed(traffic, Permissions.ipv6(request.cidrIpv6()), description);
        }
        if (request.referencedGroupId() == null) {
            throw Faults.missing("CidrIpv4, CidrIpv6 or ReferencedGroupId");
        }
        SecurityGroupId peer = SecurityGroupId.parse(request.referencedGroupId());
        return new Allowed(traffic, new Permissions(tx, group).peerGroup(peer), description);
    }

    DescribeSecurityGroupRulesResponse describe(DescribeSecurityGroupRulesRequest request) {
        var wanted = FILTERS.matcher(request.filters());
        List<SecurityGroupRuleId> named =
                request.securityGroupRuleIds().stream().map(SecurityGroupRuleId::parse).toList();
        List<Tagged<SecurityGroupRule>> all =
                calls.view((tx, account) ->
                        Rows.of(
                                        tx,
                                        VpcTables.SECURITY_GROUP_RULES,
                                        VpcTables.SECURITY_GROUP_RULE_KEYS.startingWith(account))
                                .stream()
                                .map(rule -> Tagged.read(tx, account, rule.id(), rule))
                                .toList());
        List<Tagged<SecurityGroupRule>> found =
                Named.select(all, named, rule -> rule.it().id()).stream().filter(wanted).toList();
        Page<Tagged<SecurityGroupRule>> page =
                calls.page(request, named, found, rule -> rule.it().id().value());
        return DescribeSecurityGroupRulesResponse.builder()
                .securityGroupRules(
                        page.items().stream()
                                .map(rule -> view.show(rule.it(), rule.shownTags()))
                                .toList())
                .nextToken(page.nextToken())
                .build();
    }
}
