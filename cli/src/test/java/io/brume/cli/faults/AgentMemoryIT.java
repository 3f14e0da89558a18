package io.brume.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.cli.faults.BlockFleet.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent that serves a volume under load keeps its memory: neither what it takes of the machine
 * nor its buffers outside of the heap grow from the first to the last third of a run. {@code
 * -Dbrume.memory.seconds=N} makes the run longer, as {@code bench/memory.sh} does.
 */
@Timeout(3600)
class AgentMemoryIT {
    private static final int SECONDS = Integer.getInteger("brume.memory.seconds", 15);
    private static final int WARM_UP_SECONDS = Math.max(8, SECONDS / 10);
    private static final String VOLUME = "vol-00000000000000001";
    private static final int BLOCKS = 16_384;

    /** What may lie between two looks without anything growing. */
    private static final long SLACK_KIB = 8 << 10;

    private record Sample(long residentKib, long directKib) {}

    @TempDir Path folder;

    @Test
    void staysFlatUnderLoad() throws Exception {
        long seed = Long.getLong("brume.seed", System.nanoTime());
        System.out.printf("memory under load: -Dbrume.seed=%d%n", seed);
        try (var fleet = new BlockFleet(folder)) {
            List<Node> storage =
                    List.of(fleet.storage("s1"), fleet.storage("s2"), fleet.storage("s3"));
            Node agent = fleet.agent("a", "s1");
            fleet.grant(VOLUME, 1, agent, storage);
            fleet.serve(VOLUME, 1, agent, storage, UnaryOperator.identity());
            fleet.awaitServing(VOLUME, 1, agent);
            var samples = new ArrayList<Sample>();
            long answered;
            try (var load =
                    Load.begin(
                            BlockFleet.socket(VOLUME, agent), VOLUME, new History(BLOCKS), seed)) {
                TimeUnit.SECONDS.sleep(WARM_UP_SECONDS); // code and buffers come into being
                for (int i = 0; i < SECONDS; i++) {
                    TimeUnit.SECONDS.sleep(1); // between two looks
                    samples.add(look(agent));
                }
                answered = load.answered();
            }
            flat("resident", samples, Sample::residentKib);
            flat("direct", samples, Sample::directKib);
            System.out.printf("measured: %d requests in that time%n", answered);
        }
    }

    private static Sample look(Node agent) throws Exception {
        double direct = agent.metric("jvm_buffer_memory_used_bytes{id=\"direct\"");
        return new Sample(agent.process().residentKib(), (long) direct >> 10);
    }

    private static void flat(String what, List<Sample> samples, ToLongFunction<Sample> of) {
        int third = samples.size() / 3;
        long first = middle(samples.subList(0, third), of);
        long last = middle(samples.subList(samples.size() - third, samples.size()), of);
        System.out.printf(
                "measured: agent's %s memory over %d s: %d KiB in the first third, %d in the"
                        + " last%n",
                what, samples.size(), first, last);
        assertThat(last).as(what).isLessThanOrEqualTo(first + Math.max(SLACK_KIB, first / 20));
    }

    private static long middle(List<Sample> samples, ToLongFunction<Sample> of) {
        return samples.stream()
                .mapToLong(of)
                .sorted()
                .skip(samples.size() / 2)
                .findFirst()
                .orElseThrow();
    }
}
