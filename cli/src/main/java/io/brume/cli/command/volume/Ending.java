package io.brume.cli.command.volume;

import io.brume.cli.client.CliException;
import io.brume.cli.client.ServiceException;
import io.brume.cli.output.Terminal;

/** Ends a serving with the process, however that is asked to end; with Ctrl-C as a rule. */
final class Ending implements AutoCloseable {
    private final Thread hook;

    private Ending(Thread hook) {
        this.hook = hook;
    }

    static Ending with(OutsideClient client, Terminal terminal) {
        var ending = new Ending(new Thread(() -> end(client, terminal), "ending"));
        Runtime.getRuntime().addShutdownHook(ending.hook);
        return ending;
    }

    private static void end(OutsideClient client, Terminal terminal) {
        try {
            client.close();
        } catch (CliException | ServiceException e) {
            terminal.note(
                    "brume: error: it could not be ended and ends by its time: " + e.getMessage());
        }
    }

    /** Whoever has the serving ends it now. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends already, and the hook does its work.
            return;
        }
    }
}
