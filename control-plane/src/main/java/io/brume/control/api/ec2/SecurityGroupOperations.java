package io.brume.control.api.ec2;

import static io.brume.control.api.ec2.Tagged.text;
import static io.brume.control.api.ec2.Tagged.texts;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.shared.Filters;
import io.brume.common.aws.shared.Page;
import io.brume.common.id.Ids;
import io.brume.control.api.ec2.SecurityGroupView.Seen;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.tag.ResourceType;
import io.brume.control.domain.tag.Tag;
import io.brume.control.domain.vpc.Direction;
import io.brume.control.domain.vpc.Ipv4Block;
import io.brume.control.domain.vpc.Peer;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.domain.vpc.SecurityGroupRule;
import io.brume.control.domain.vpc.SecurityGroupRuleId;
import io.brume.control.domain.vpc.Traffic;
import io.brume.control.domain.vpc.Vpc;
import io.brume.control.domain.vpc.VpcId;
import io.brume.control.state.DefaultNetwork;
import io.brume.control.state.Rows;
import io.brume.control.state.SecurityGroups;
import io.brume.control.state.Tags;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.CreateSecurityGroupRequest;
import software.amazon.awssdk.services.ec2.model.CreateSecurityGroupResponse;
import software.amazon.awssdk.services.ec2.model.DeleteSecurityGroupRequest;
import software.amazon.awssdk.services.ec2.model.DeleteSecurityGroupResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupsResponse;

/** Security groups: made, described, deleted. Their rules have a class of their own. */
final class SecurityGroupOperations {
    /** Source: VPC quotas, security groups per region. */
    private static final int MAX_GROUPS = 2500;

    private static final Pattern TEXT =
            Pattern.compile("[a-zA-Z0-9. _\\-:/()#,@\\[\\]+=&;{}!$*]{1,255}");
    private static final Ipv4Block ANYWHERE = Ipv4Block.of("0.0.0.0/0");
    private static final Filters<Tagged<Seen>> FILTERS = filters();

    private final Calls calls;
    private final Ids ids;
    private final SecurityGroupView view;

    SecurityGroupOperations(Calls calls, Ids ids, SecurityGroupView view) {
        this.calls = requireNonNull(calls);
        this.ids = requireNonNull(ids);
        this.view = requireNonNull(view);
    }

    CreateSecurityGroupResponse create(CreateSecurityGroupRequest request) {
        String name = checkedName(request.groupName());
        String description = checkedText("GroupDescription", request.description());
        List<Tag> tags =
                TagSpecifications.of(request.tagSpecifications(), ResourceType.SECURITY_GROUP);
        VpcId vpcId = request.vpcId() == null ? null : VpcId.parse(request.vpcId());
        SecurityGroupId id = SecurityGroupId.create(ids);
        SecurityGroupRuleId egressId = SecurityGroupRuleId.create(ids);
        var now = Calls.now();
        SecurityGroup group =
                calls.change((tx, account) -> {
                    Vpc vpc = vpc(tx, account, vpcId);
                    checkRoom(tx, vpc, name);
                    SecurityGroup made =
                            new SecurityGroup(account, id, vpc.id(), name, description, now);
                    tx.put(VpcTables.SECURITY_GROUPS, made.key(), made);
                    SecurityGroupRule egress =
                            new SecurityGroupRule(
                                    account,
                                    egressId,
                                    id,
                                    Direction.EGRESS,
                                    Traffic.EVERYTHING,
                                    new Peer.Ipv4(ANYWHERE),
                                    "");
                    tx.put(VpcTables.SECURITY_GROUP_RULES, egress.key(), egress);
                    Tags.put(tx, account, id, tags);
                    return made;
                });
        return CreateSecurityGroupResponse.builder()
                .groupId(id.value())
                .securityGroupArn(view.arn(group))
                .tags(Tagged.show(tags))
                .build();
    }

    private static Vpc vpc(ReadTransaction tx, AccountId account, @Nullable VpcId id) {
        if (id == null) {
            return DefaultNetwork.vpc(tx, account).orElseThrow(Faults::noDefaultVpc);
        }
        Vpc vpc = tx.get(VpcTables.VPCS, new Owned<>(account, id));
        if (vpc == null) {
            throw id.notFound();
        }
        return vpc;
    }

    private static void checkRoom(Transaction tx, Vpc vpc, String name) {
        List<SecurityGroup> groups =
                Rows.of(tx, VpcTables.SECURITY_GROUPS, VpcTables.SECURITY_GROUPS_BY_VPC, vpc.key());
        if (groups.stream().anyMatch(group -> group.name().equals(name))) {
            throw Fault.conflict(
                    "InvalidGroup.Duplicate",
                    "The security group '%s' already exists for VPC '%s'"
                            .formatted(name, vpc.id()));
        }
        if (groups.size() >= MAX_GROUPS) {
            throw Fault.quota(
                    "SecurityGroupLimitExceeded",
                    "The maximum number of security groups has been reached.");
        }
    }

    DescribeSecurityGroupsResponse describe(DescribeSecurityGroupsRequest request) {
        var wanted = FILTERS.matcher(request.filters());
        List<SecurityGroupId> named =
                request.groupIds().stream().map(SecurityGroupId::parse).toList();
        List<String> names = request.groupNames();
        List<Tagged<Seen>> found =
                calls.view((tx, account) -> {
                    List<SecurityGroup> all =
                            Rows.of(
                                    tx,
                                    VpcTables.SECURITY_GROUPS,
                                    VpcTables.SECURITY_GROUP_KEYS.startingWith(account));
                    return select(all, named, names).stream()
                            .map(group -> seen(tx, group))
                            .toList();
                });
        List<Tagged<Seen>> matching = found.stream().filter(wanted).toList();
        Page<Tagged<Seen>> page =
                calls.page(request, named, matching, seen -> seen.it().group().id().value());
        return DescribeSecurityGroupsResponse.builder()
                .securityGroups(page.items().stream().map(view::show).toList())
                .nextToken(page.nextToken())
                .build();
    }

    private static List<SecurityGroup> select(
            List<SecurityGroup> all, List<SecurityGroupId> named, List<String> names) {
        for (String name : names) {
            if (all.stream().noneMatch(group -> group.name().equals(name))) {
                throw nameNotFound(name);
            }
        }
        if (names.isEmpty()) {
            return Named.select(all, named, SecurityGroup::id);
        }
        Named.select(all, named, SecurityGroup::id);
        return all.stream()
                .filter(group -> named.contains(group.id()) || names.contains(group.name()))
                .toList();
    }

    private static Tagged<Seen> seen(ReadTransaction tx, SecurityGroup group) {
        return Tagged.read(
                tx,
                group.account(),
                group.id(),
                new Seen(group, SecurityGroups.rules(tx, group.key())));
    }

    DeleteSecurityGroupResponse delete(DeleteSecurityGroupRequest request) {
        SecurityGroup deleted =
                calls.change((tx, account) -> {
                    SecurityGroup group = find(tx, account, request.groupId(), request.groupName());
                    delete(tx, group);
                    return group;
                });
        return DeleteSecurityGroupResponse.builder()
                .returnValue(true)
                .groupId(deleted.id().value())
                .build();
    }

    private static void delete(Transaction tx, SecurityGroup group) {
        if (group.isDefault()) {
            throw Fault.conflict(
                    "CannotDelete",
                    "the specified group: \"%s\" name: \"%s\" cannot be deleted by a user"
                            .formatted(group.id(), group.name()));
        }
        boolean inUse =
                Rows.exist(
                        tx,
                        VpcTables.NETWORK_INTERFACES,
                        VpcTables.INTERFACES_BY_SECURITY_GROUP,
                        group.key());
        boolean referenced =
                Rows.of(
                                tx,
                                VpcTables.SECURITY_GROUP_RULES,
                                VpcTables.RULES_BY_PEER_GROUP,
                                group.key())
                        .stream()
                        .anyMatch(rule -> !rule.groupId().equals(group.id()));
        if (inUse || referenced) {
            throw Fault.conflict(
                    "DependencyViolation",
                    "resource %s has a dependent object".formatted(group.id()));
        }
        SecurityGroups.rules(tx, group.key()).forEach(rule -> SecurityGroups.delete(tx, rule));
        tx.delete(VpcTables.SECURITY_GROUPS, group.key());
        Tags.clear(tx, group.account(), group.id());
    }

    /**
     * The group that a request names: by id, or by name in the default VPC.
     *
     * @throws Fault {@code MissingParameter}, {@code InvalidGroup.NotFound} …
     */
    static SecurityGroup find(
            ReadTransaction tx, AccountId account, @Nullable String id, @Nullable String name) {
        if (id != null && !id.isEmpty()) {
            return SecurityGroups.require(tx, account, SecurityGroupId.parse(id));
        }
        if (name == null || name.isEmpty()) {
            throw Fault.invalid(
                    "MissingParameter",
                    "The request must contain the parameter groupName or groupId");
        }
        Vpc vpc = DefaultNetwork.vpc(tx, account).orElseThrow(Faults::noDefaultVpc);
        return SecurityGroups.named(tx, vpc.key(), name)
                .orElseThrow(() ->
                        Fault.absent(
                                "InvalidGroup.NotFound",
                                "The security group '%s' does not exist in default VPC '%s'"
                                        .formatted(name, vpc.id())));
    }

    private static Fault nameNotFound(String name) {
        return Fault.absent(
                "InvalidGroup.NotFound", "The security group '%s' does not exist".formatted(name));
    }

    private static String checkedName(@Nullable String text) {
        String name = checkedText("GroupName", text);
        if (name.startsWith("sg-")) {
            throw Faults.invalidValue(
                    ("Value (%s) for parameter GroupName is invalid. Group names may not be in the"
                                    + " format sg-*.")
                            .formatted(name));
        }
        if (name.equals(SecurityGroup.DEFAULT_NAME)) {
            throw Faults.invalidValue("Cannot use reserved security group name: default");
        }
        return name;
    }

    private static String checkedText(String parameter, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            throw Faults.missing(parameter);
        }
        if (!TEXT.matcher(text).matches()) {
            throw Faults.invalidValue(
                    ("Value (%s) for parameter %s is invalid. It may have 1 to 255 characters from"
                                    + " the set a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*")
                            .formatted(text.substring(0, Math.min(255, text.length())), parameter));
        }
        return text;
    }

    private static Filters<Tagged<Seen>> filters() {
        Filters.Table<Tagged<Seen>> filters =
                Filters.<Tagged<Seen>>table()
                        .value("description", text(seen -> seen.group().description()))
                        .value("group-id", text(seen -> seen.group().id()))
                        .value("group-name", text(seen -> seen.group().name()))
                        .value("owner-id", text(seen -> seen.group().account()))
                        .value("vpc-id", text(seen -> seen.group().vpcId()))
                        .tags(Tagged::tagMap);
        addRules(filters, "ip-permission.", Direction.INGRESS);
        addRules(filters, "egress.ip-permission.", Direction.EGRESS);
        return filters.build();
    }

    private static void addRules(
            Filters.Table<Tagged<Seen>> filters, String prefix, Direction direction) {
        filters.values(prefix + "cidr", texts(seen -> peers(seen, direction, Peer.Ipv4.class)))
                .values(
                        prefix + "ipv6-cidr",
                        texts(seen -> peers(seen, direction, Peer.Ipv6.class)))
                .values(
                        prefix + "group-id",
                        texts(seen -> peers(seen, direction, Peer.Group.class)))
                .values(
                        prefix + "from-port",
                        texts(seen ->
                                ports(seen, direction).map(t -> Integer.toString(t.fromPort()))))
                .values(
                        prefix + "to-port",
                        texts(seen ->
                                ports(seen, direction).map(t -> Integer.toString(t.toPort()))))
                .values(
                        prefix + "protocol",
                        texts(seen ->
                                seen.rules(direction).stream()
                                        .map(rule -> rule.traffic().protocolName())))
                .values(
                        prefix + "user-id",
                        texts(seen ->
                                peers(seen, direction, Peer.Group.class)
                                        .map(id -> seen.group().account().value())));
    }

    private static Stream<Traffic> ports(Seen seen, Direction direction) {
        return seen.rules(direction).stream()
                .map(SecurityGroupRule::traffic)
                .filter(traffic -> Traffic.hasPorts(traffic.protocol()));
    }

    private static Stream<String> peers(
            Seen seen, Direction direction, Class<? extends Peer> kind) {
        return seen.rules(direction).stream()
                .map(SecurityGroupRule::peer)
                .filter(kind::isInstance)
                .map(peer ->
                        switch (peer) {
                            case Peer.Ipv4(var block) -> block.toString();
                            case Peer.Ipv6(var block) -> block.text();
                            case Peer.Group(var id) -> id.value();
                        });
    }
}
