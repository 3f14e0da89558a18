package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;

/** A volume whose bytes are on storage nodes, behind its coordinator. */
public final class CoordinatedVolume implements VolumeBackend {
    private final VolumeCoordinator coordinator;

    private CoordinatedVolume(VolumeCoordinator coordinator) {
        this.coordinator = requireNonNull(coordinator);
    }

    /**
     * Makes such volumes, all of one host.
     *
     * @param sockets how replicas are reached, from a loop
     */
    public static VolumeBackend.Factory factory(
            Function<EventLoop, ReplicaSockets> sockets, CoordinatorOptions options) {
        requireNonNull(sockets);
        requireNonNull(options);
        var groups = new CutGroups();
        return (loop, want, listener) ->
                new CoordinatedVolume(
                        VolumeCoordinator.open(
                                loop, sockets.apply(loop), options, groups, want, listener));
    }

    @Override
    public BlockDevice device() {
        return coordinator;
    }

    @Override
    public void apply(VolumeWant want) {
        coordinator.apply(want);
    }

    @Override
    public void close() {
        coordinator.close();
    }
}
