package io.brume.common.aws.shared;

import org.jspecify.annotations.Nullable;

/**
 * Where calls with client tokens are remembered: a table of the control plane's store, or a map in
 * a test. Both methods run in the transaction that makes the resources, or a crash between the two
 * would let a repeated call make them twice.
 *
 * @param <X> the store's transaction
 */
public interface ClientTokens<X> {
    /** The call that used this token first; null when none has. */
    @Nullable RememberedCall find(X transaction, TokenKey key);

    void remember(X transaction, TokenKey key, RememberedCall call);
}
