package io.brume.control.domain.instance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class InstanceStateTest {
    @Test
    void everyPairMovesAsTheGoldenFileSays() throws IOException {
        var table = new StringBuilder();
        for (var state : InstanceState.values()) {
            for (var event : InstanceState.Event.values()) {
                table.append(
                        "%-13s %-19s %s%n"
                                .formatted(state.awsName(), event, state.next(event).awsName()));
            }
        }

        try (var golden = InstanceStateTest.class.getResourceAsStream("instance-states.txt")) {
            assertThat(golden).as("the golden file").isNotNull();
            assertThat(table).hasToString(new String(golden.readAllBytes(), UTF_8));
        }
    }

    @Test
    void nothingMovesATerminatedInstance() {
        for (var event : InstanceState.Event.values()) {
            assertThat(InstanceState.TERMINATED.next(event)).isEqualTo(InstanceState.TERMINATED);
        }
    }

    @Test
    void awsNamesLeadBackToTheirStates() {
        assertThat(Arrays.stream(InstanceState.values()))
                .allSatisfy(state ->
                        assertThat(InstanceState.ofAwsName(state.awsName())).isEqualTo(state));
    }
}
