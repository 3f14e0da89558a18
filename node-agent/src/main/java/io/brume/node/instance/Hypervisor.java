package io.brume.node.instance;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What runs guests on this host. A guest outlives the agent: a new agent finds it again by {@link
 * #guests()}.
 *
 * <p>Calls may block for as long as a process needs to start or answer (seconds), so they are made
 * from virtual threads; calls for one guest are made by one thread at a time, those for one volume
 * by one as well. Every call is idempotent: starting what runs, killing what is dead and destroying
 * what is gone do nothing.
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

    /** The running guests that have a volume, or may have it: they have not let go of it yet. */
    Set<String> holders(String volumeId);

    /**
     * Gives a running guest a volume, which then is a disk like any other, also after a reset; for
     * a guest that has it, makes sure that it reaches the volume's socket and knows its size. Does
     * nothing for a guest that does not run.
     *
     * @throws IOException with a reason for people, for example that it has no place for one more
     */
    void attach(String instanceId, GuestSpec.Volume volume) throws IOException;

    /**
     * Asks a running guest to let go of a volume, and waits some seconds. Until it has, it reaches
     * the volume's socket.
     *
     * @return whether the guest does not have it any more
     */
    boolean detach(String instanceId, GuestSpec.Volume volume) throws IOException;

    /**
     * Takes a volume away from a guest that does not let go of it: what it reads and writes from
     * now on fails. Ends when the server at the volume's socket has answered what is under way.
     */
    void sever(String instanceId, GuestSpec.Volume volume) throws IOException;

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

    /** Whether guests can be started by UEFI here. */
    boolean offersUefi();

    /** How guests are accelerated here, and why not better. */
    Acceleration acceleration();
}
