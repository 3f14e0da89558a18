package io.brume.control.api;

import io.brume.common.aws.BoundCall;
import io.brume.common.aws.HandlerResult;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers for as long as the test runs. */
final class InMemoryIdempotency implements Idempotency {
    private final Map<ClientToken.Key, Remembered> answers = new ConcurrentHashMap<>();

    @Override
    public Optional<Remembered> recall(ClientToken token, BoundCall call) {
        return Optional.ofNullable(answers.get(token.key()));
    }

    @Override
    public void remember(ClientToken token, BoundCall call, HandlerResult answer) {
        answers.put(token.key(), new Remembered(token.fingerprint(), answer));
    }
}
