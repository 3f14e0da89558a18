package io.brume.cli.command;

import static java.util.Objects.requireNonNull;

import io.brume.cli.client.Environment;
import io.brume.cli.output.Progress;
import io.brume.cli.output.Terminal;
import io.brume.common.time.Time;

/** What a command gets from whoever starts it. */
public record Context(Environment environment, Terminal terminal, Time time, Progress.Pause pause) {
    public Context {
        requireNonNull(environment);
        requireNonNull(terminal);
        requireNonNull(time);
        requireNonNull(pause);
    }

    /** This process's. */
    public static Context ofProcess() {
        Environment environment = Environment.ofProcess();
        return new Context(
                environment,
                Terminal.ofProcess(environment.variables()),
                Time.system(),
                Thread::sleep);
    }
}
