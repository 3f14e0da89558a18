package io.brume.node.network;

import static io.brume.node.network.Topologies.GROUP;
import static io.brume.node.network.Topologies.group;
import static io.brume.node.network.Topologies.local;
import static io.brume.node.network.Topologies.tcp;
import static io.brume.node.network.Topologies.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.network.VpcTopology.Interface;
import io.brume.node.network.namespace.NetworkSettings.DeviceKind;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How long a change takes; prints figures, and fails only where they are out of all bounds. */
class ApplyLatencyIT {
    private static final int ROUNDS = 15;

    @Test
    void applyTakesMilliseconds() throws Exception {
        try (var host = new TestHost()) {
            var cloud = host.cloud(DeviceKind.TAP);
            cloud.network().apply(topology(1, 0));
            cloud.network().remove(Topologies.VPC);
            for (int count : new int[] {1, 100}) {
                double first = time(() -> cloud.network().apply(topology(count, 0)));
                report(count, "first apply", first);
                report(
                        count,
                        "nothing to do",
                        median(i -> cloud.network().apply(topology(count, 0))));
                double rule = median(i -> cloud.network().apply(topology(count, 1 + i)));
                report(count, "a rule changed", rule);
                double more = median(i -> cloud.network().apply(topology(count + 1 + i, 0)));
                report(count, "one interface more", more);
                report(count, "remove", time(() -> cloud.network().remove(Topologies.VPC)));
                assertThat(first).isLessThan(5000);
                assertThat(rule).isLessThan(1000);
            }
        }
    }

    private static VpcTopology topology(int count, int port) {
        List<Interface> links =
                IntStream.rangeClosed(1, count)
                        .mapToObj(n -> local(n, n < 240 ? "198.18.0." + (10 + n) : "", GROUP))
                        .toList();
        return vpc(
                links,
                port == 0
                        ? group(GROUP, tcp(22, "0.0.0.0/0"))
                        : group(GROUP, tcp(22, "0.0.0.0/0"), tcp(port, "0.0.0.0/0")));
    }

    private interface Step {
        void run(int round) throws IOException;
    }

    private interface Call {
        void run() throws IOException;
    }

    private static double median(Step step) throws IOException {
        double[] times = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            int round = i;
            times[i] = time(() -> step.run(round));
        }
        Arrays.sort(times);
        return times[ROUNDS / 2];
    }

    private static double time(Call call) throws IOException {
        long start = System.nanoTime();
        call.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private static void report(int count, String what, double millis) {
        System.out.printf("%3d interfaces, %s: %.1f ms%n", count, what, millis);
    }
}
