package io.brume.control.domain.volume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class AttachmentStateTest {
    @Test
    void everyPairMovesAsTheGoldenFileSays() throws IOException {
        var table = new StringBuilder();
        for (var state : AttachmentState.values()) {
            for (var event : AttachmentState.Event.values()) {
                table.append(
                        "%-10s %-17s %s%n"
                                .formatted(state.awsName(), event, state.next(event).awsName()));
            }
        }
        try (var golden = AttachmentStateTest.class.getResourceAsStream("attachment-states.txt")) {
            assertThat(golden).as("the golden file").isNotNull();
            assertThat(table).hasToString(new String(golden.readAllBytes(), UTF_8));
        }
    }

    @Test
    void awsNamesLeadBackToTheirStates() {
        assertThat(Arrays.stream(AttachmentState.values()))
                .allSatisfy(state ->
                        assertThat(AttachmentState.ofAwsName(state.awsName())).isEqualTo(state));
    }
}
