package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.state.ClientTokens;
import io.brume.control.store.codec.ClientTokenTables;
import io.brume.control.store.codec.ClientTokenTables.TokenKey;
import io.brume.store.KeyRange;
import io.brume.store.Store;
import java.time.Duration;

/**
 * Forgets client tokens that nobody may repeat any more: every SDK sends a new one with each
 * launch, so that the table would grow for ever. Goes through it once an hour, page by page.
 */
final class ClientTokenExpiry implements AutoCloseable {
    private static final Duration EVERY = Duration.ofHours(1);
    private static final int PAGE = 500;

    private final Store store;
    private final Time time;
    private final KeyedLoop<String> loop;

    ClientTokenExpiry(Store store, Time time) {
        this.store = requireNonNull(store);
        this.time = requireNonNull(time);
        this.loop =
                new KeyedLoop<>(
                        "client tokens",
                        time,
                        _ -> {
                            sweep();
                            return EVERY;
                        });
    }

    void start() {
        loop.start();
        loop.wake("all");
    }

    @Override
    public void close() {
        loop.close();
    }

    /** Goes through the table once. */
    void sweep() {
        var now = time.now();
        KeyRange<TokenKey> rest = KeyRange.all();
        while (true) {
            var range = rest;
            var page = store.view(tx -> tx.scan(ClientTokenTables.CLIENT_TOKENS, range, PAGE));
            var expired =
                    page.stream()
                            .filter(row -> ClientTokens.isExpired(row.value(), now))
                            .map(row -> row.key())
                            .toList();
            if (!expired.isEmpty()) {
                store.update(tx -> ClientTokens.forgetExpired(tx, expired, now));
            }
            if (page.size() < PAGE) {
                return;
            }
            rest = rest.after(ClientTokenTables.KEYS, page.getLast().key());
        }
    }
}
