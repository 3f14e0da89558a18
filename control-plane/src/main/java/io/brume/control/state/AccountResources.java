package io.brume.control.state;

import io.brume.control.domain.AccountId;
import io.brume.store.Transaction;

/** Those who keep resources of accounts that the directory does not know itself: instances. */
@FunctionalInterface
public interface AccountResources {
    /** Nothing else is kept. */
    AccountResources NONE = (tx, account) -> {};

    /**
     * Removes every resource of an account, inside the transaction that empties it. What runs on
     * hosts is to be torn down as after a termination.
     */
    void clear(Transaction tx, AccountId account);
}
