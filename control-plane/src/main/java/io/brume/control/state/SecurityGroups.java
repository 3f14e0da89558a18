package io.brume.control.state;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.domain.vpc.SecurityGroupRule;
import io.brume.control.domain.vpc.VpcId;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.util.List;
import java.util.Optional;

/** Security groups and their rules as others look at them. */
public final class SecurityGroups {
    private SecurityGroups() {}

    /**
     * The group of an account.
     *
     * @throws Fault {@code InvalidGroup.NotFound}
     */
    public static SecurityGroup require(ReadTransaction tx, AccountId account, SecurityGroupId id) {
        SecurityGroup group = tx.get(VpcTables.SECURITY_GROUPS, new Owned<>(account, id));
        if (group == null) {
            throw id.notFound();
        }
        return group;
    }

    /** The group of a VPC with a name. */
    public static Optional<SecurityGroup> named(ReadTransaction tx, Owned<VpcId> vpc, String name) {
        return Rows.of(tx, VpcTables.SECURITY_GROUPS, VpcTables.SECURITY_GROUPS_BY_VPC, vpc)
                .stream()
                .filter(group -> group.name().equals(name))
                .findFirst();
    }

    /** The group that a VPC's interfaces are in unless they name others. */
    public static SecurityGroup defaultOf(ReadTransaction tx, Owned<VpcId> vpc) {
        return named(tx, vpc, SecurityGroup.DEFAULT_NAME)
                .orElseThrow(() -> new IllegalStateException(vpc + " has no default group"));
    }

    /** The rules of a group in the order of their ids. */
    public static List<SecurityGroupRule> rules(ReadTransaction tx, Owned<SecurityGroupId> group) {
        return Rows.of(tx, VpcTables.SECURITY_GROUP_RULES, VpcTables.RULES_BY_GROUP, group);
    }

    /** Removes a rule and its tags. */
    public static void delete(Transaction tx, SecurityGroupRule rule) {
        tx.delete(VpcTables.SECURITY_GROUP_RULES, rule.key());
        Tags.clear(tx, rule.account(), rule.id());
    }
}
