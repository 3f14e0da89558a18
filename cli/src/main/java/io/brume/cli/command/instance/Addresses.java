package io.brume.cli.command.instance;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Instance;

/** Which address of an instance is for whom. */
final class Addresses {
    private Addresses() {}

    /** The address that is reached from outside of its VPC. */
    static String reachable(Instance instance) {
        if (instance.publicAddress().isEmpty()) {
            throw CliException.usage(
                    instance.id() + " has no public address; it is " + instance.state(),
                    instance.state().equals("running")
                            ? "run it in a subnet that gives public addresses"
                            : "start it with: brume instance start " + instance.id());
        }
        return instance.publicAddress();
    }
}
