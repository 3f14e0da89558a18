package io.brume.control.state;

import io.brume.common.aws.Fault;
import io.brume.control.domain.ClientToken;
import io.brume.control.store.codec.ClientTokenTables;
import io.brume.control.store.codec.ClientTokenTables.TokenKey;
import io.brume.control.store.codec.ClientTokenTables.TokenUse;
import io.brume.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Idempotent requests: a token stands for what its first request made. Both halves run in the
 * transaction that makes the resource, so that neither a crash nor a repetition that overtakes the
 * first request makes it twice. Source: <a
 * href="https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html">Ensuring
 * idempotency</a>.
 */
public final class ClientTokens {
    /** A token used longer ago than this is new again. */
    public static final Duration KEPT = Duration.ofHours(24);

    private static final int MAX_LENGTH = 64;

    private ClientTokens() {}

    /**
     * What an earlier request with this token made; empty for the first one, which then calls
     * {@link #used}.
     *
     * @throws Fault {@code IdempotentParameterMismatch} if the earlier request had others
     */
    public static Optional<String> earlier(Transaction tx, ClientToken token, Instant now) {
        if (token.token().length() > MAX_LENGTH) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "Value for parameter clientToken is invalid. It may have at most 64"
                            + " characters.");
        }
        TokenUse use = tx.get(ClientTokenTables.CLIENT_TOKENS, key(token));
        if (use == null || isExpired(use, now)) {
            return Optional.empty();
        }
        if (!use.fingerprint().equals(token.fingerprint())) {
            throw Fault.conflict(
                    "IdempotentParameterMismatch",
                    "Arguments on this idempotent request are inconsistent with arguments used in"
                            + " previous request(s).");
        }
        return Optional.of(use.resourceId());
    }

    /** Remembers what a token's first request made. */
    public static void used(Transaction tx, ClientToken token, String resourceId, Instant now) {
        tx.put(
                ClientTokenTables.CLIENT_TOKENS,
                key(token),
                new TokenUse(token.fingerprint(), resourceId, now));
    }

    /** Whether a use was so long ago that its token is new again. */
    public static boolean isExpired(TokenUse use, Instant now) {
        return use.created().plus(KEPT).isBefore(now);
    }

    /** Forgets those of the keys that are still expired: one may have been used anew. */
    public static void forgetExpired(Transaction tx, List<TokenKey> keys, Instant now) {
        for (TokenKey key : keys) {
            TokenUse use = tx.get(ClientTokenTables.CLIENT_TOKENS, key);
            if (use != null && isExpired(use, now)) {
                tx.delete(ClientTokenTables.CLIENT_TOKENS, key);
            }
        }
    }

    private static TokenKey key(ClientToken token) {
        return new TokenKey(token.account(), token.action(), token.token());
    }
}
