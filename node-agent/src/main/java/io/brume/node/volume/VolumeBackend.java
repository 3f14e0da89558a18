package io.brume.node.volume;

import java.util.function.Consumer;

/** What is behind a volume that this host serves. Every method is called on its loop. */
public interface VolumeBackend {
    /** The volume as a device; its requests wait while it is being opened. */
    BlockDevice device();

    /** Makes the volume so; an older want than the one held is ignored. */
    void apply(VolumeWant want);

    /**
     * Lets go of the volume for good. What is under way, and what the device is asked from now on,
     * is answered with an error.
     */
    void close();

    /** Makes what is behind a volume. */
    @FunctionalInterface
    interface Factory {
        /**
         * Begins with a volume; called on its loop.
         *
         * @param listener gets each status that differs from the one before, on the loop
         */
        VolumeBackend open(EventLoop loop, VolumeWant want, Consumer<VolumeStatus> listener);
    }
}
