package io.brume.control.domain.image;

import io.brume.control.domain.AccountId;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who beside its owner may make instances from an image.
 *
 * @param everyone whether it is public
 */
public record LaunchPermissions(boolean everyone, Set<AccountId> accounts) {
    /** The owner alone. */
    public static final LaunchPermissions NONE = new LaunchPermissions(false, Set.of());

    public LaunchPermissions {
        accounts = Set.copyOf(accounts);
    }

    public LaunchPermissions plus(LaunchPermissions more) {
        Set<AccountId> all = new TreeSet<>(accounts);
        all.addAll(more.accounts);
        return new LaunchPermissions(everyone || more.everyone, all);
    }

    public LaunchPermissions minus(LaunchPermissions less) {
        Set<AccountId> rest = new TreeSet<>(accounts);
        rest.removeAll(less.accounts);
        return new LaunchPermissions(everyone && !less.everyone, rest);
    }
}
