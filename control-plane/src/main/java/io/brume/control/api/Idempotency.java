package io.brume.control.api;

import io.brume.common.aws.BoundCall;
import io.brume.common.aws.HandlerResult;
import java.util.Optional;

/**
 * Remembers the answers of calls that carried a {@link ClientToken}. Thread-safe; may block. The
 * pipeline asks one call of a token at a time.
 *
 * <p>An answer that is remembered after the handler returned is lost when the program dies in
 * between, and the repetition is done twice. A handler that must not allow that keeps the token in
 * its own transaction, by {@link CallContext#clientToken}; for such actions an implementation
 * remembers nothing.
 */
public interface Idempotency {
    /**
     * An earlier call's answer.
     *
     * @param fingerprint of that call's parameters
     */
    record Remembered(String fingerprint, HandlerResult answer) {}

    /** The answer to an earlier call with this account, action and token, if there was one. */
    Optional<Remembered> recall(ClientToken token, BoundCall call);

    /** Keeps an answer, for as long as AWS would: at least 24 hours. */
    void remember(ClientToken token, BoundCall call, HandlerResult answer);

    /** For a cloud whose handlers all keep their tokens themselves. */
    static Idempotency byHandlers() {
        return new Idempotency() {
            @Override
            public Optional<Remembered> recall(ClientToken token, BoundCall call) {
                return Optional.empty();
            }

            @Override
            public void remember(ClientToken token, BoundCall call, HandlerResult answer) {}
        };
    }
}
