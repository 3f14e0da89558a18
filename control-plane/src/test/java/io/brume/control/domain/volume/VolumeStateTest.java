package io.brume.control.domain.volume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class VolumeStateTest {
    @Test
    void everyPairMovesAsTheGoldenFileSays() throws IOException {
        var table = new StringBuilder();
        for (var state : VolumeState.values()) {
            for (var event : VolumeState.Event.values()) {
                table.append(
                        "%-10s %-17s %s%n"
                                .formatted(state.awsName(), event, state.next(event).awsName()));
            }
        }
        try (var golden = VolumeStateTest.class.getResourceAsStream("volume-states.txt")) {
            assertThat(golden).as("the golden file").isNotNull();
            assertThat(table).hasToString(new String(golden.readAllBytes(), UTF_8));
        }
    }

    @Test
    void awsNamesLeadBackToTheirStates() {
        assertThat(Arrays.stream(VolumeState.values()))
                .allSatisfy(state ->
                        assertThat(VolumeState.ofAwsName(state.awsName())).isEqualTo(state));
    }
}
