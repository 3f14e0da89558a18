package io.brume.cli.command.instance;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Instance;
import io.brume.cli.client.Instances;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What starting, stopping, rebooting and terminating have in common: which instances, and waiting
 * for the end of it.
 */
abstract class ChangeInstances extends CloudCommand {
    @Parameters(arity = "1..*", paramLabel = "INSTANCE", description = "ids or names")
    private List<String> instances = List.of();

    @Option(names = "--wait", description = "wait until it is done")
    private boolean wait;

    private final String action;
    private final String goal;

    /**
     * @param action the EC2 operation
     * @param goal the state that it ends in
     */
    ChangeInstances(Context context, String action, String goal) {
        super(context);
        this.action = action;
        this.goal = goal;
    }

    /** Adds what the operation takes beside the instances. */
    void complete(Form parameters) {}

    @Override
    protected final int run(Cloud cloud) {
        var all = new Instances(cloud);
        List<String> ids = all.ids(instances);
        var parameters = new Form().withList("InstanceId", ids);
        complete(parameters);
        cloud.ec2(action, parameters);
        List<Instance> now =
                wait ? new InstanceWait(all, progress()).state(ids, goal) : all.ofIds(ids);
        InstanceColumns.print(listing(), now);
        return 0;
    }
}
