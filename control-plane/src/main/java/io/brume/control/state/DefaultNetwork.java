package io.brume.control.state;

import static java.util.Objects.requireNonNull;

import io.brume.common.id.Ids;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Region;
import io.brume.control.domain.vpc.Direction;
import io.brume.control.domain.vpc.Ipv4Block;
import io.brume.control.domain.vpc.Peer;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.domain.vpc.SecurityGroupRule;
import io.brume.control.domain.vpc.SecurityGroupRuleId;
import io.brume.control.domain.vpc.Subnet;
import io.brume.control.domain.vpc.SubnetId;
import io.brume.control.domain.vpc.Traffic;
import io.brume.control.domain.vpc.Vpc;
import io.brume.control.domain.vpc.VpcId;
import io.brume.control.store.codec.Holder;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The network that an account begins with: a VPC with a subnet in each zone, a way to the internet,
 * and a group whose members may talk to each other and to everybody else. Everything about it is
 * chosen when this is made, so that the transaction can be run again.
 *
 * <p>Source: <a href="https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html">Default
 * VPCs</a>.
 */
public final class DefaultNetwork {
    private static final Ipv4Block BLOCK = Ipv4Block.of("172.31.0.0/16");
    private static final int SUBNET_PREFIX = 20;
    private static final Ipv4Block ANYWHERE = Ipv4Block.of("0.0.0.0/0");

    private final Region region;
    private final VpcId vpcId;
    private final List<SubnetId> subnetIds;
    private final SecurityGroupId groupId;
    private final SecurityGroupRuleId ingressId;
    private final SecurityGroupRuleId egressId;
    private final Instant created;
    private final long seed;

    /** Chooses the ids of one network. */
    public DefaultNetwork(Region region, Ids ids, RandomGenerator random, Instant created) {
        this.region = requireNonNull(region);
        this.created = requireNonNull(created);
        if (region.zones().size() > 1 << (SUBNET_PREFIX - BLOCK.prefix())) {
            throw new IllegalArgumentException("a default VPC has room for 16 zones");
        }
        vpcId = VpcId.create(ids);
        subnetIds =
                Stream.generate(() -> SubnetId.create(ids)).limit(region.zones().size()).toList();
        groupId = SecurityGroupId.create(ids);
        ingressId = SecurityGroupRuleId.create(ids);
        egressId = SecurityGroupRuleId.create(ids);
        seed = random.nextLong();
    }

    /** Makes it for an account that has none. */
    public Vpc create(Transaction tx, AccountId account) {
        Vpc vpc = new Vpc(account, vpcId, number(tx, account), BLOCK, true, true, true, created);
        tx.put(VpcTables.VPCS, vpc.key(), vpc);
        for (int i = 0; i < subnetIds.size(); i++) {
            Region.Zone zone = region.zones().get(i);
            Subnet subnet =
                    new Subnet(
                            account,
                            subnetIds.get(i),
                            vpcId,
                            BLOCK.part(SUBNET_PREFIX, i),
                            zone.name(),
                            zone.id(),
                            true,
                            true,
                            true,
                            created);
            tx.put(VpcTables.SUBNETS, subnet.key(), subnet);
        }
        SecurityGroup group =
                new SecurityGroup(
                        account,
                        groupId,
                        vpcId,
                        SecurityGroup.DEFAULT_NAME,
                        "default VPC security group",
                        created);
        tx.put(VpcTables.SECURITY_GROUPS, group.key(), group);
        put(tx, group, ingressId, Direction.INGRESS, new Peer.Group(groupId));
        put(tx, group, egressId, Direction.EGRESS, new Peer.Ipv4(ANYWHERE));
        return vpc;
    }

    private static void put(
            Transaction tx,
            SecurityGroup group,
            SecurityGroupRuleId id,
            Direction direction,
            Peer peer) {
        SecurityGroupRule rule =
                new SecurityGroupRule(
                        group.account(), id, group.id(), direction, Traffic.EVERYTHING, peer, "");
        tx.put(VpcTables.SECURITY_GROUP_RULES, rule.key(), rule);
    }

    private int number(Transaction tx, AccountId account) {
        SplittableRandom random = new SplittableRandom(seed);
        while (true) {
            int number = 1 + random.nextInt(Vpc.MAX_NUMBER);
            if (tx.get(VpcTables.VPC_NUMBERS, number) == null) {
                tx.put(VpcTables.VPC_NUMBERS, number, new Holder(account, vpcId.value()));
                return number;
            }
        }
    }

    /** The VPC where an account's things go that name none. */
    public static Optional<Vpc> vpc(ReadTransaction tx, AccountId account) {
        return tx.stream(VpcTables.VPCS, VpcTables.VPC_KEYS.startingWith(account))
                .map(row -> row.value())
                .filter(Vpc::isDefault)
                .findFirst();
    }

    /** The subnet of a zone where an account's instances go that name none. */
    public static Optional<Subnet> subnet(ReadTransaction tx, AccountId account, String zone) {
        return tx.stream(VpcTables.SUBNETS, VpcTables.SUBNET_KEYS.startingWith(account))
                .map(row -> row.value())
                .filter(subnet -> subnet.defaultForZone() && subnet.zone().equals(zone))
                .findFirst();
    }
}
