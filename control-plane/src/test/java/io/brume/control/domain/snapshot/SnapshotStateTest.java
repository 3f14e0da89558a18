package io.brume.control.domain.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class SnapshotStateTest {
    @Test
    void everyPairMovesAsTheGoldenFileSays() throws IOException {
        var table = new StringBuilder();
        for (var state : SnapshotState.values()) {
            for (var event : SnapshotState.Event.values()) {
                table.append(
                        "%-10s %-17s %s%n"
                                .formatted(state.awsName(), event, state.next(event).awsName()));
            }
        }
        try (var golden = SnapshotStateTest.class.getResourceAsStream("snapshot-states.txt")) {
            assertThat(golden).as("the golden file").isNotNull();
            assertThat(table).hasToString(new String(golden.readAllBytes(), UTF_8));
        }
    }

    @Test
    void awsNamesLeadBackToTheirStates() {
        assertThat(Arrays.stream(SnapshotState.values()))
                .allSatisfy(state ->
                        assertThat(SnapshotState.ofAwsName(state.awsName())).isEqualTo(state));
    }
}
