package io.brume.control.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.time.Time;
import io.brume.common.tls.Keys;
import io.brume.control.domain.NodeId;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JoinTokensTest {
    private static final NodeId FIRST = new NodeId("node-00000000000000001");
    private static final NodeId SECOND = new NodeId("node-00000000000000002");

    /** A clock that the test turns. */
    private static final class TestTime implements Time {
        private Instant now = Instant.EPOCH;

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public long nanos() {
            return 0;
        }
    }

    private final TestTime time = new TestTime();
    private final JoinTokens tokens = new JoinTokens(new InMemoryJoinTokenStore(), "cloud", time);
    private final PublicKey key = Keys.generate().getPublic();

    @Test
    void areGoodOnceAndForTheSameKeyAgain() {
        String token = tokens.create(Duration.ofHours(1));
        assertThat(token).matches("brume1\\.cloud\\.[A-Za-z0-9_-]{43}");
        assertThat(tokens.redeem(token, key, FIRST)).contains(FIRST);
        assertThat(tokens.redeem(token, key, SECOND)).as("the same node again").contains(FIRST);
        assertThat(tokens.redeem(token, Keys.generate().getPublic(), SECOND)).isEmpty();
    }

    @Test
    void expire() {
        String token = tokens.create(Duration.ofHours(1));
        time.now = time.now.plus(Duration.ofHours(1));
        assertThat(tokens.redeem(token, key, FIRST)).isEmpty();
    }

    @Test
    void mustBeWhole() {
        String token = tokens.create(Duration.ofHours(1));
        List<String> wrong =
                List.of(
                        "",
                        "brume1",
                        token + "A",
                        token.substring(0, token.length() - 1),
                        token.replace("cloud", "other"),
                        token.replace("brume1", "brume2"),
                        token + ".more",
                        "brume1.cloud." + "A".repeat(5000));
        for (String one : wrong) {
            assertThat(tokens.redeem(one, key, FIRST)).as(one).isEmpty();
        }
        assertThat(tokens.redeem(token, key, FIRST)).contains(FIRST);
    }

    @Test
    void ofManyWhoTryAtOnceOneWins() throws Exception {
        String token = tokens.create(Duration.ofHours(1));
        List<Callable<Boolean>> rivals =
                IntStream.range(0, 16)
                        .<Callable<Boolean>>mapToObj(i -> {
                            PublicKey rival = Keys.generate().getPublic();
                            var node = new NodeId("node-%017x".formatted(i));
                            return () -> tokens.redeem(token, rival, node).isPresent();
                        })
                        .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long winners = 0;
            for (var result : threads.invokeAll(rivals)) {
                winners += result.get() ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
        }
    }
}
