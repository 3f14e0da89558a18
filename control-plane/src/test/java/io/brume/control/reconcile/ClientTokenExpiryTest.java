package io.brume.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.time.Time;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.ClientToken;
import io.brume.control.state.ClientTokens;
import io.brume.control.store.codec.ClientTokenTables;
import io.brume.control.store.codec.ClientTokenTables.TokenKey;
import io.brume.store.KeyRange;
import io.brume.store.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ClientTokenExpiryTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final AccountId ACCOUNT = new AccountId("123456789012");

    /** A clock that stands. */
    private record Standing(Instant now) implements Time {
        @Override
        public long nanos() {
            return 0;
        }
    }

    @Test
    void forgetsWhatIsOldAndKeepsTheRestOverManyPages() {
        var old = NOW.minus(ClientTokens.KEPT).minus(Duration.ofMinutes(1));
        try (var store = MemoryStore.open();
                var expiry = new ClientTokenExpiry(store, new Standing(NOW))) {
            expiry.start();
            store.update(tx -> {
                for (int i = 0; i < 1_200; i++) {
                    var token = new ClientToken(ACCOUNT, "ec2:RunInstances", "t" + i, "f");
                    ClientTokens.used(tx, token, "r-" + i, i % 3 == 0 ? NOW : old);
                }
            });
            expiry.sweep();
            var left =
                    store.view(tx ->
                            tx.scan(ClientTokenTables.CLIENT_TOKENS, KeyRange.all(), 2_000).stream()
                                    .map(row -> row.key())
                                    .map(TokenKey::token)
                                    .toList());
            assertThat(left)
                    .hasSize(400)
                    .allMatch(name -> Integer.parseInt(name.substring(1)) % 3 == 0);
        }
    }
}
