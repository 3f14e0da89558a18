package io.brume.control.domain.snapshot;

import io.brume.control.domain.AccountId;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who beside its owner may make volumes from a snapshot.
 *
 * @param everyone whether it is public
 */
public record VolumePermissions(boolean everyone, Set<AccountId> accounts) {
    /** The owner alone. */
    public static final VolumePermissions NONE = new VolumePermissions(false, Set.of());

    public VolumePermissions {
        accounts = Set.copyOf(accounts);
    }

    public boolean allow(AccountId account) {
        return everyone || accounts.contains(account);
    }

    public VolumePermissions plus(VolumePermissions more) {
        Set<AccountId> all = new TreeSet<>(accounts);
        all.addAll(more.accounts);
        return new VolumePermissions(everyone || more.everyone, all);
    }

    public VolumePermissions minus(VolumePermissions less) {
        Set<AccountId> rest = new TreeSet<>(accounts);
        rest.removeAll(less.accounts);
        return new VolumePermissions(everyone && !less.everyone, rest);
    }
}
