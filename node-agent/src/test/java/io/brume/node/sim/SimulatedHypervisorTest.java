package io.brume.node.sim;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.node.instance.GuestExit;
import io.brume.node.instance.GuestSpec;
import io.brume.node.instance.Hypervisor;
import io.brume.node.instance.HypervisorContract;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedHypervisorTest implements HypervisorContract {
    @TempDir Path folder;
    private SimulatedHypervisor hypervisor;

    @BeforeEach
    void begin() {
        hypervisor = new SimulatedHypervisor(SimulationOptions.lifelike(folder));
    }

    @AfterEach
    void end() {
        hypervisor.close();
    }

    @Override
    public Hypervisor hypervisor() {
        return hypervisor;
    }

    @Override
    public Hypervisor restarted() {
        hypervisor.close();
        begin();
        return hypervisor;
    }

    @Override
    public GuestSpec guest(long runEpoch) {
        return guest(ID, runEpoch);
    }

    private static GuestSpec guest(String id, long runEpoch) {
        return new GuestSpec(
                id,
                runEpoch,
                1,
                128,
                0,
                new GuestSpec.Boot.Firmware(false),
                List.of(),
                List.of(),
                "");
    }

    @Override
    public GuestSpec.Volume volume(String volumeId) {
        return new GuestSpec.Volume(volumeId, Path.of("/simulated"), 8 << 20);
    }

    @Override
    public void awaitBoot(Hypervisor unused) {}

    @Test
    void aDeafGuestIgnoresItsButton() throws Exception {
        hypervisor.start(guest(1));
        hypervisor.ignorePowerDown(ID);
        hypervisor.powerDown(ID);
        await().during(Duration.ofMillis(600))
                .until(() -> requireNonNull(hypervisor.guests().get(ID)).running());
        hypervisor.end(ID, GuestExit.Cause.HYPERVISOR, "killed");
        assertThat(requireNonNull(hypervisor.guests().get(ID)).exit().orElseThrow().cause())
                .isEqualTo(GuestExit.Cause.HYPERVISOR);
    }

    @Test
    void faultsFollowFromTheSeed() {
        assertThat(faults(7)).isEqualTo(faults(7)).isNotEqualTo(faults(8)).contains(true, false);
    }

    private static List<Boolean> faults(long seed) {
        List<Boolean> failed = new ArrayList<>();
        try (var faulty =
                new SimulatedHypervisor(SimulationOptions.instant().withFaults(seed, 300))) {
            for (int i = 0; i < 50; i++) {
                try {
                    faulty.start(guest("i-" + i, 1));
                    failed.add(false);
                } catch (IOException e) {
                    failed.add(true);
                }
            }
        }
        return failed;
    }
}
