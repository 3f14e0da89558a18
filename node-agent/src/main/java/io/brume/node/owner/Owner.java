package io.brume.node.owner;

import io.brume.proto.node.v1.Desired;
import java.time.Duration;

/**
 * Makes one thing of the host as it was last desired, on a thread of its own. All but {@link #join}
 * return at once; from any thread.
 */
public interface Owner {
    /** Begins. Called once, before everything else. */
    void start();

    /** How the thing is to be from now on. */
    void want(Desired desired);

    /** The thing is to go, and nobody needs to hear of it any more once it has. */
    void release();

    /** Stops owning after the step that is being taken. The thing stays as it is. */
    void close();

    /** Waits until the thread has ended, for so long at most. */
    void join(Duration most) throws InterruptedException;
}
