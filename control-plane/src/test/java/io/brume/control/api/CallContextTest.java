package io.brume.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.Fault;
import io.brume.control.domain.identity.Principal;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallContextTest {
    private static CallContext context(boolean dryRun) {
        return new CallContext(
                Principal.root(ToyCloud.ACCOUNT),
                ToyCloud.KEY_ID,
                "request",
                "192.0.2.1",
                "us-east-1",
                Instant.EPOCH,
                dryRun,
                Optional.empty());
    }

    @Test
    void isBoundForTheCallAndNoLonger() throws Exception {
        var seen = context(false).call(() -> CallContext.current().account());
        assertThat(seen).isEqualTo(ToyCloud.ACCOUNT);
        assertThatThrownBy(CallContext::current).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void endsADryRunAndNothingElse() {
        context(false).stopHereIfDryRun();
        assertThatThrownBy(() -> context(true).stopHereIfDryRun())
                .isInstanceOfSatisfying(
                        Fault.class,
                        fault -> {
                            assertThat(fault.code()).isEqualTo("DryRunOperation");
                            assertThat(fault.status()).isEqualTo(412);
                        });
    }
}
