package io.brume.cli.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real guests, which must live on when the programs die; {@link CrashIT} has simulated ones. */
@Timeout(600)
class GuestCrashIT {
    private static final int ROUNDS = 20;

    @Test
    void guestsLiveOnWhenTheControlPlaneAndTheAgentDie() throws Exception {
        try (var cloud = Cloud.real()) {
            World world = World.begin(cloud);
            var crashes =
                    new CrashRounds(
                            cloud,
                            world.boto(),
                            world.image(),
                            Long.getLong("brume.seed", System.nanoTime()));
            assertThat(crashes.run(ROUNDS, "control-plane", "node-agent")).isEqualTo(ROUNDS);
        }
    }
}
