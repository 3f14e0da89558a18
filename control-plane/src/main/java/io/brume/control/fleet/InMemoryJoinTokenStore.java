package io.brume.control.fleet;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Forgets everything at the end of the process: for tests and simulations. */
public final class InMemoryJoinTokenStore implements JoinTokenStore {
    private final Map<String, JoinToken> tokens = new HashMap<>();

    @Override
    public synchronized void add(JoinToken token, Instant now) {
        tokens.values().removeIf(old -> !now.isBefore(old.expiresAt()));
        tokens.put(token.secretDigest(), token);
    }

    @Override
    public synchronized Optional<Use> use(String secretDigest, Use attempt, Instant now) {
        JoinToken token = tokens.get(secretDigest);
        if (token == null || !now.isBefore(token.expiresAt())) {
            return Optional.empty();
        }
        if (token.use().isEmpty()) {
            tokens.put(
                    secretDigest,
                    new JoinToken(secretDigest, token.expiresAt(), Optional.of(attempt)));
            return Optional.of(attempt);
        }
        return token.use();
    }
}
