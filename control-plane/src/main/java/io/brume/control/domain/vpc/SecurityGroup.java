package io.brume.control.domain.vpc;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import java.time.Instant;

/**
 * A named set of rules of a VPC; the rules are records of their own.
 *
 * @param name unique in the VPC
 */
public record SecurityGroup(
        AccountId account,
        SecurityGroupId id,
        VpcId vpcId,
        String name,
        String description,
        Instant created) {
    public static final String DEFAULT_NAME = "default";

    public SecurityGroup {
        requireNonNull(account);
        requireNonNull(id);
        requireNonNull(vpcId);
        requireNonNull(name);
        requireNonNull(description);
        requireNonNull(created);
    }

    public Owned<SecurityGroupId> key() {
        return new Owned<>(account, id);
    }

    public Owned<VpcId> vpc() {
        return new Owned<>(account, vpcId);
    }

    /** Every VPC has one that cannot be deleted. */
    public boolean isDefault() {
        return name.equals(DEFAULT_NAME);
    }
}
