package io.brume.control.api.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.time.Time;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.snapshot.SnapshotId;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class TokensTest {
    private static final AccountId ME = new AccountId("123456789012");
    private static final AccountId OTHER = new AccountId("123456789013");
    private static final SnapshotId ONE = new SnapshotId("snap-0000000000000000a");
    private static final SnapshotId TWO = new SnapshotId("snap-0000000000000000b");

    /** A clock that stands still until it is moved. */
    private static final class StillTime implements Time {
        private Instant now = Instant.parse("2026-01-02T03:04:05.678Z");

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public long nanos() {
            return 0;
        }
    }

    private final StillTime time = new StillTime();
    private final Tokens tokens = new Tokens(new byte[32], time);

    @Test
    void aBlocksTokenOpensThatBlockForThatCaller() {
        var token = tokens.block(ME, ONE, 7, tokens.blockExpiry());
        assertThat(token).matches("[A-Za-z0-9+/=]{1,256}");
        assertThat(tokens.opensBlock(ME, ONE, 7, token)).isTrue();
        assertThat(tokens.opensBlock(ME, ONE, 8, token)).isFalse();
        assertThat(tokens.opensBlock(ME, TWO, 7, token)).isFalse();
        assertThat(tokens.opensBlock(OTHER, ONE, 7, token)).isFalse();
        byte[] otherSecret = new byte[32];
        otherSecret[0] = 1;
        assertThat(new Tokens(otherSecret, time).opensBlock(ME, ONE, 7, token)).isFalse();
    }

    @Test
    void blockTokensEndAfterAWeek() {
        var expiry = tokens.blockExpiry();
        var token = tokens.block(ME, ONE, 7, expiry);
        assertThat(Duration.between(time.now, expiry))
                .isBetween(Duration.ofDays(7).minusSeconds(1), Duration.ofDays(7));
        time.now = expiry.minusMillis(1);
        assertThat(tokens.opensBlock(ME, ONE, 7, token)).isTrue();
        time.now = expiry;
        assertThat(tokens.opensBlock(ME, ONE, 7, token)).isFalse();
    }

    @Test
    void aPagesTokenGoesOnWithThatListForAnHour() {
        var token = tokens.page("a", 4711);
        assertThat(token).matches("[A-Za-z0-9+/=]{1,256}");
        assertThat(tokens.openPage("a", token)).hasValue(4711);
        assertThat(tokens.openPage("b", token)).isEmpty();
        assertThat(tokens.opensBlock(ME, ONE, 4711, token)).isFalse();
        assertThat(tokens.openPage("a", tokens.block(ME, ONE, 1, tokens.blockExpiry()))).isEmpty();
        time.now = time.now.plus(Tokens.PAGE_LIFE);
        assertThat(tokens.openPage("a", token)).isEmpty();
    }

    @Property(tries = 300)
    void noTokenCanBeMadeUpOrChanged(@ForAll int index, @ForAll int bit, @ForAll byte[] noise) {
        var token = tokens.block(ME, ONE, index, tokens.blockExpiry());
        byte[] bytes = Base64.getDecoder().decode(token);
        int at = Math.floorMod(bit, bytes.length * 8);
        bytes[at / 8] ^= (byte) (1 << at % 8);
        var changed = Base64.getEncoder().encodeToString(bytes);
        assertThat(tokens.opensBlock(ME, ONE, index, changed)).isFalse();
        var made = Base64.getEncoder().encodeToString(noise);
        assertThat(tokens.opensBlock(ME, ONE, index, made)).isFalse();
        assertThat(tokens.openPage("a", made)).isEmpty();
        assertThat(tokens.openPage("a", "no base64!")).isEmpty();
    }
}
