package io.brume.control.domain.vpc;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;

/** Traffic that a security group allows. Within a group no two rules allow the same. */
public record SecurityGroupRule(
        AccountId account,
        SecurityGroupRuleId id,
        SecurityGroupId groupId,
        Direction direction,
        Traffic traffic,
        Peer peer,
        String description) {
    public SecurityGroupRule {
        requireNonNull(account);
        requireNonNull(id);
        requireNonNull(groupId);
        requireNonNull(direction);
        requireNonNull(traffic);
        requireNonNull(peer);
        requireNonNull(description);
    }

    public Owned<SecurityGroupRuleId> key() {
        return new Owned<>(account, id);
    }

    public Owned<SecurityGroupId> group() {
        return new Owned<>(account, groupId);
    }

    /** Whether both allow the same, whatever their ids and descriptions. */
    public boolean allowsSameAs(SecurityGroupRule other) {
        return groupId.equals(other.groupId)
                && direction == other.direction
                && traffic.equals(other.traffic)
                && peer.equals(other.peer);
    }

    public SecurityGroupRule withDescription(String newDescription) {
        return new SecurityGroupRule(
                account, id, groupId, direction, traffic, peer, newDescription);
    }
}
