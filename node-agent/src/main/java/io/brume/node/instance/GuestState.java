package io.brume.node.instance;

import java.util.Optional;

/**
 * A guest as the hypervisor sees it.
 *
 * @param running whether its process lives
 * @param runEpoch which start of the instance this is or was (see {@code InstanceSpec.run_epoch})
 * @param exit how it ended, when it did and that is known
 */
public record GuestState(boolean running, long runEpoch, Optional<GuestExit> exit) {}
