package io.brume.cli.command.instance;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Instance;
import io.brume.cli.client.Instances;
import io.brume.cli.output.Progress;
import io.brume.cli.output.Progress.Look;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Waits until instances are in a state, or answer by SSH. */
final class InstanceWait {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int SSH_PORT = 22;

    private final Instances instances;
    private final Progress progress;

    InstanceWait(Instances instances, Progress progress) {
        this.instances = instances;
        this.progress = progress;
    }

    /** Waits for all to be in the state; fails at once when one of them has ended instead. */
    List<Instance> state(List<String> ids, String wanted) {
        String what = String.join(", ", ids) + " " + wanted;
        return progress.await(what, LIMIT, () -> look(ids, wanted))
                .orElseThrow(() ->
                        CliException.general(
                                "not all instances were "
                                        + wanted
                                        + " within "
                                        + LIMIT.toMinutes()
                                        + " minutes",
                                "see: brume instance show " + ids.getFirst() + ", ./brume status"));
    }

    private Look<List<Instance>> look(List<String> ids, String wanted) {
        List<Instance> now = instances.ofIds(ids);
        for (Instance instance : now) {
            boolean ended =
                    instance.state().equals("terminated")
                            || instance.state().equals("shutting-down");
            if (ended && !wanted.equals("terminated")) {
                throw CliException.general(
                        instance.id()
                                + " is "
                                + instance.state()
                                + (instance.stateReason().isEmpty()
                                        ? ""
                                        : ": " + instance.stateReason()),
                        "see: ./brume logs node-agent, brume node list");
            }
        }
        boolean all = now.stream().allMatch(instance -> instance.state().equals(wanted));
        // An instance that ended is forgotten after a while.
        return (all && now.size() == ids.size()) || (wanted.equals("terminated") && now.isEmpty())
                ? Look.done(now)
                : Look.notYet(
                        String.join(", ", now.stream().map(Instance::state).distinct().toList()));
    }

    /** Waits for the greeting of an SSH server. */
    void ssh(Instance instance) {
        String address = Addresses.reachable(instance);
        boolean answered =
                progress.await(
                                "SSH answers at " + address,
                                LIMIT,
                                () -> answers(address) ? Look.done(true) : Look.notYet("not yet"))
                        .isPresent();
        if (!answered) {
            throw CliException.general(
                    "SSH does not answer at " + address,
                    "see brume instance console "
                            + instance.id()
                            + " --log, and whether a security group lets port 22 in");
        }
    }

    private static boolean answers(String address) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, SSH_PORT), 1000);
            socket.setSoTimeout(2000);
            byte[] greeting = socket.getInputStream().readNBytes(4);
            return new String(greeting, StandardCharsets.US_ASCII).equals("SSH-");
        } catch (IOException e) {
            // Not listening yet, which is what the caller waits to change.
            return false;
        }
    }
}
