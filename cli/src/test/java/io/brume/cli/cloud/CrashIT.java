package io.brume.cli.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code kill -9} of the control plane and of the agent, twenty times each, on a host that pretends
 * its guests (they outlive their agent as real ones do). {@link GuestCrashIT} does the same with
 * real guests. What is checked after each round is in {@link CrashRounds}, which counts the rounds
 * after which everything was right.
 */
@Timeout(300)
class CrashIT {
    private static final int ROUNDS = 20;

    @Test
    void nothingIsLostOrDoubledWhenTheControlPlaneDies() throws Exception {
        rounds("control-plane", 0);
    }

    @Test
    void nothingIsLostOrDoubledWhenTheAgentDies() throws Exception {
        rounds("node-agent", 1);
    }

    private static void rounds(String role, int salt) throws Exception {
        try (var cloud = Cloud.simulated()) {
            cloud.begin("up").ok();
            Boto boto = cloud.boto();
            String image = boto.pretendedImage();
            var crashes =
                    new CrashRounds(
                            cloud,
                            boto,
                            image,
                            Long.getLong("brume.seed", System.nanoTime() + salt));
            assertThat(crashes.run(ROUNDS, role)).isEqualTo(ROUNDS);
        }
    }
}
