package io.brume.node.instance;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What runs guests on this host. A guest outlives the agent: a new agent finds it again by {@link
 * #guests()}.
 *
 * <p>Calls may block for as long as a process needs to start or answer (seconds), so they are made
 * from virtual threads; calls for one guest are made by one thread at a time. Every call is
 * idempotent: starting what runs, killing what is dead and destroying what is gone do nothing.
 */
public interface Hypervisor {
    /** Every guest that this hypervisor still has anything of on this host, by instance id. */
    Map<String, GuestState> guests();

    /**
     * Starts a guest and returns when its processors run.
     *
     * @throws IOException with a reason for people when it cannot be started; nothing is left
     *     running then
     */
    void start(GuestSpec spec) throws IOException;

    /** Asks the guest to shut down, as a press on the power button does. Returns at once. */
    void powerDown(String instanceId) throws IOException;

    /** Ends the guest now. Returns when its process is gone; its disks stay. */
    void kill(String instanceId) throws IOException;

    /** Resets the guest, as a press on the reset button does. */
    void reset(String instanceId) throws IOException;

    /** Removes every trace of a guest but its disks, killing it first if it runs. */
    void destroy(String instanceId) throws IOException;

    /** The end of what the guest wrote to its serial console, also after it has stopped. */
    byte[] consoleOutput(String instanceId, int maxBytes) throws IOException;

    /** The guest's screen as a JPEG picture. */
    byte[] screenshot(String instanceId) throws IOException;

    /** Joins the guest's serial console. Several may; each sees what comes after it joined. */
    SerialConsole openConsole(String instanceId) throws IOException;

    /**
     * Tells of each guest whose process ended, whoever ended it. Called from any thread; must
     * return at once.
     */
    void onExit(Consumer<GuestExit> listener);

    /** How guests are accelerated here, and why not better. */
    Acceleration acceleration();
}
