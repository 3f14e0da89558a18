package io.brume.node.volume;

import io.brume.node.volume.BlockDevice.Done;

/** A client's request that was cut up: done when all its parts are. On the loop. */
final class SplitRequest implements Done {
    private final Done whole;
    private int left = 1;
    private int error;

    SplitRequest(Done whole) {
        this.whole = whole;
    }

    /** There is one more part. */
    void add() {
        left++;
    }

    /** There are no more. */
    void all() {
        done(0);
    }

    @Override
    public void done(int problem) {
        error = Math.max(error, problem);
        left--;
        if (left == 0) {
            whole.done(error);
        }
    }
}
