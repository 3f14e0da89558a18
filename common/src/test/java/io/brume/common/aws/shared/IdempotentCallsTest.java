package io.brume.common.aws.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.brume.common.aws.Fault;
import io.brume.common.time.Time;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;

final class IdempotentCallsTest {
    /** The map is the transaction. */
    private static final class InMemoryTokens
            implements ClientTokens<Map<TokenKey, RememberedCall>> {
        @Override
        public @Nullable RememberedCall find(
                Map<TokenKey, RememberedCall> transaction, TokenKey key) {
            return transaction.get(key);
        }

        @Override
        public void remember(
                Map<TokenKey, RememberedCall> transaction, TokenKey key, RememberedCall call) {
            transaction.put(key, call);
        }
    }

    private final Map<TokenKey, RememberedCall> table = new HashMap<>();
    private final IdempotentCalls<Map<TokenKey, RememberedCall>> calls =
            new IdempotentCalls<>(new InMemoryTokens(), Time.system());
    private int made;

    private List<String> run(String account, RunInstancesRequest request) {
        return calls.once(table, account, "RunInstances", request, () -> List.of("i-" + ++made));
    }

    private static RunInstancesRequest request(@Nullable String token, int count) {
        return RunInstancesRequest.builder()
                .clientToken(token)
                .minCount(count)
                .maxCount(count)
                .build();
    }

    @Test
    void makesOnceForOneToken() {
        assertThat(run("a", request("token", 1))).containsExactly("i-1");
        assertThat(run("a", request("token", 1))).containsExactly("i-1");
        assertThat(made).isEqualTo(1);
    }

    @Test
    void makesAgainWithoutATokenOrWithAnEmptyOne() {
        for (var token : new String[] {null, "", null, ""}) {
            run("a", request(token, 1));
        }
        assertThat(made).isEqualTo(4);
        assertThat(table).isEmpty();
    }

    @Test
    void keepsAccountsApart() {
        run("a", request("token", 1));
        assertThat(run("b", request("token", 2))).containsExactly("i-2");
    }

    @Test
    void refusesATokenWithOtherMembers() {
        run("a", request("token", 1));
        var fault = catchThrowableOfType(Fault.class, () -> run("a", request("token", 2)));
        assertThat(fault.code()).isEqualTo("IdempotentParameterMismatch");
        assertThat(made).isEqualTo(1);
    }

    @Test
    void refusesAnEndlessToken() {
        var fault = catchThrowableOfType(Fault.class, () -> run("a", request("x".repeat(65), 2)));
        assertThat(fault.code()).isEqualTo("InvalidParameterValue");
    }

    @Test
    void stopsADryRunAndNoOther() {
        var request = request(null, 1);
        DryRun.stopHere(request);
        DryRun.stopHere(request.toBuilder().dryRun(false).build());
        var dry = request.toBuilder().dryRun(true).build();
        var fault = catchThrowableOfType(Fault.class, () -> DryRun.stopHere(dry));
        assertThat(fault.code()).isEqualTo("DryRunOperation");
        assertThat(fault.status()).isEqualTo(412);
    }
}
