package io.brume.common.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class RunningProcessTest {
    @Test
    void itRunsUntilItEnds() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        try (RunningProcess running = RunningProcess.open((int) process.pid())) {
            assertThat(running.isRunning()).isTrue();
            process.destroyForcibly().waitFor();
            assertThat(running.isRunning()).isFalse();
            assertThatThrownBy(() -> RunningProcess.open((int) process.pid()))
                    .isInstanceOf(IOException.class);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void oneThatIsClosedIsNotAnswered() throws Exception {
        RunningProcess self = RunningProcess.open((int) ProcessHandle.current().pid());
        assertThat(self.isRunning()).isTrue();
        self.close();
        self.close();
        assertThat(self.isRunning()).isFalse();
    }
}
