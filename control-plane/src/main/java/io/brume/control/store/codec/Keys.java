package io.brume.control.store.codec;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.ResourceId;
import io.brume.store.KeyCodec;
import io.brume.store.PairKeyCodec;
import java.util.function.Function;

/** The keys of all tables. */
public final class Keys {
    /** Accounts in the order of their numbers. */
    public static final KeyCodec<AccountId> ACCOUNT =
            KeyCodec.string().map(AccountId::new, AccountId::value);

    private Keys() {}

    /** An id, made of its text. */
    public static <I extends ResourceId> KeyCodec<I> id(Function<String, I> make) {
        return KeyCodec.string().map(make, ResourceId::value);
    }

    /** (account, id): all resources of an account lie together. */
    public static <I extends ResourceId> PairKeyCodec<Owned<I>, AccountId, I> owned(
            Function<String, I> make) {
        return KeyCodec.pair(ACCOUNT, id(make), Owned::new, Owned::account, Owned::id);
    }

    /** (account, name). */
    static PairKeyCodec<Named, AccountId, String> named() {
        return KeyCodec.pair(ACCOUNT, KeyCodec.string(), Named::new, Named::account, Named::name);
    }

    /** A name that is unique in its account. */
    public record Named(AccountId account, String name) {}
}
