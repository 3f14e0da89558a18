package io.brume.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.ClientToken;
import io.brume.store.Store;
import io.brume.store.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ClientTokensTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private final Store store = MemoryStore.open();
    private final AtomicInteger names = new AtomicInteger();

    private static ClientToken token(String token, String fingerprint) {
        return new ClientToken(
                new AccountId("123456789012"), "ec2:RunInstances", token, fingerprint);
    }

    /** As a handler does: what the token stands for, or something new. */
    private String make(ClientToken token, Instant now) {
        var fresh = "r-" + names.incrementAndGet();
        return store.transact(tx ->
                ClientTokens.earlier(tx, token, now)
                        .orElseGet(() -> {
                            ClientTokens.used(tx, token, fresh, now);
                            return fresh;
                        }));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void repetitionsAtTheSameTimeMakeOneThing() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls =
                    IntStream.range(0, 20)
                            .mapToObj(_ -> (Callable<String>) () -> make(token("once", "f"), NOW))
                            .toList();
            var made = new HashSet<String>();
            for (var answer : threads.invokeAll(calls)) {
                made.add(answer.get());
            }
            assertThat(made).hasSize(1);
        }
        assertThat(make(token("twice", "f"), NOW)).isNotEqualTo(make(token("once", "f"), NOW));
    }

    @Test
    void otherParametersAreRefused() {
        make(token("t", "f"), NOW);
        assertThatThrownBy(() -> make(token("t", "g"), NOW))
                .isInstanceOfSatisfying(
                        Fault.class,
                        fault -> {
                            assertThat(fault.code()).isEqualTo("IdempotentParameterMismatch");
                            assertThat(fault.status()).isEqualTo(400);
                        });
    }

    @Test
    void isNewAgainAfterADay() {
        var first = make(token("t", "f"), NOW);
        assertThat(make(token("t", "f"), NOW.plus(ClientTokens.KEPT))).isEqualTo(first);
        var late = NOW.plus(ClientTokens.KEPT).plus(Duration.ofMillis(1));
        assertThat(make(token("t", "g"), late)).isNotEqualTo(first);
    }

    @Test
    void tooLongATokenIsRefused() {
        make(token("t".repeat(64), "f"), NOW);
        assertThatThrownBy(() -> make(token("t".repeat(65), "f"), NOW))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("64");
    }
}
