package io.brume.control.fleet.store;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import io.brume.control.fleet.JoinTokenStore;
import io.brume.control.store.codec.NodeTables;
import io.brume.proto.state.v1.JoinTokenRecord;
import io.brume.store.KeyRange;
import io.brume.store.Store;
import java.time.Instant;
import java.util.Optional;

/** Join tokens, in the store. */
public final class StoredJoinTokens implements JoinTokenStore {
    private static final int FORGOTTEN_AT_ONCE = 1000;

    private final Store store;

    public StoredJoinTokens(Store store) {
        this.store = requireNonNull(store);
    }

    @Override
    public void add(JoinToken token, Instant now) {
        store.update(tx -> {
            tx.scan(NodeTables.JOIN_TOKENS, KeyRange.all(), FORGOTTEN_AT_ONCE).stream()
                    .filter(entry -> expired(entry.value(), now))
                    .forEach(entry -> tx.delete(NodeTables.JOIN_TOKENS, entry.key()));
            tx.put(NodeTables.JOIN_TOKENS, token.secretDigest(), row(token));
        });
    }

    @Override
    public Optional<Use> use(String secretDigest, Use attempt, Instant now) {
        return store.transact(tx -> {
            var row = tx.get(NodeTables.JOIN_TOKENS, secretDigest);
            if (row == null || expired(row, now)) {
                return Optional.empty();
            }
            if (!row.getUsedByNodeId().isEmpty()) {
                return Optional.of(
                        new Use(row.getUsedByKeyDigest(), new NodeId(row.getUsedByNodeId())));
            }
            tx.put(
                    NodeTables.JOIN_TOKENS,
                    secretDigest,
                    row.toBuilder()
                            .setUsedByKeyDigest(attempt.keyDigest())
                            .setUsedByNodeId(attempt.node().value())
                            .build());
            return Optional.of(attempt);
        });
    }

    private static boolean expired(JoinTokenRecord row, Instant now) {
        return row.getExpiresAtMillis() <= now.toEpochMilli();
    }

    private static JoinTokenRecord row(JoinToken token) {
        var row = JoinTokenRecord.newBuilder().setExpiresAtMillis(token.expiresAt().toEpochMilli());
        token.use()
                .ifPresent(use ->
                        row.setUsedByKeyDigest(use.keyDigest())
                                .setUsedByNodeId(use.node().value()));
        return row.build();
    }
}
