package io.brume.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.cli.cloud.Command;
import io.brume.cli.faults.BlockFleet.Node;
import io.brume.common.config.HostPort;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two agents that both hold themselves for a volume's writer: the older one is cut off from all
 * storage nodes or all but one, stopped, or simply not told. From the moment that the newer one
 * serves, no write of the older one is ever answered as done, nor does any take effect; and no read
 * of it is answered, since what it reads may have changed.
 */
@Timeout(300)
class StaleWriterIT {
    private static final int ROUNDS = Integer.getInteger("brume.fault.rounds", 8);
    private static final String VOLUME = "vol-00000000000000001";
    private static final int BLOCKS = 1024;

    /**
     * The lease, what a new writer waits beyond it, and time for an answer to come on a busy
     * machine.
     */
    private static final Duration READS_END = Duration.ofSeconds(3);

    /** How the older writer is kept from hearing that it is deposed. */
    private enum Fault {
        CUT_OFF,
        CUT_OFF_FROM_ALL_BUT_ONE,
        STOPPED,
        NOT_TOLD
    }

    private final long seed = Long.getLong("brume.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<String, CuttableWay> ways = new LinkedHashMap<>();

    @TempDir Path folder;

    private String way(String agent, String address) {
        return ways.computeIfAbsent(
                        agent + " to " + address,
                        key -> {
                            try {
                                return new CuttableWay(HostPort.parse(address));
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        })
                .address();
    }

    private List<CuttableWay> waysOf(String agent) {
        return ways.entrySet().stream()
                .filter(each -> each.getKey().startsWith(agent + " "))
                .map(Map.Entry::getValue)
                .toList();
    }

    @Test
    void theOlderOneNeverSucceeds() throws Exception {
        System.out.printf("stale writers: -Dbrume.seed=%d%n", seed);
        long began = System.nanoTime();
        try (var fleet = new BlockFleet(folder)) {
            var history = new History(BLOCKS);
            List<Node> storage =
                    List.of(fleet.storage("s1"), fleet.storage("s2"), fleet.storage("s3"));
            Node older = fleet.agent("a", "host-a");
            Node newer = fleet.agent("b", "host-b");
            try {
                serve(fleet, 1, older, storage);
                for (int round = 1; round <= ROUNDS; round++) {
                    Fault fault = Fault.values()[round % Fault.values().length];
                    var when = "round %d, seed %d, %s".formatted(round, seed, fault);
                    depose(fleet, round + 1, older, newer, storage, fault, history, when);
                    Node deposed = older;
                    older = newer;
                    newer = deposed;
                }
            } catch (Exception | AssertionError e) {
                System.out.println(fleet.logs());
                throw e;
            }
        } finally {
            for (CuttableWay way : ways.values()) {
                way.close();
            }
        }
        System.out.printf(
                "measured: %d deposed writers: %d s%n",
                ROUNDS, Duration.ofNanos(System.nanoTime() - began).toSeconds());
    }

    private void serve(BlockFleet fleet, long epoch, Node agent, List<Node> storage) {
        fleet.grant(VOLUME, epoch, agent, storage);
        UnaryOperator<String> by = address -> way(agent.host(), address);
        fleet.serve(VOLUME, epoch, agent, storage, by);
        fleet.awaitServing(VOLUME, epoch, agent);
    }

    private void depose(
            BlockFleet fleet,
            long epoch,
            Node older,
            Node newer,
            List<Node> storage,
            Fault fault,
            History history,
            String when)
            throws Exception {
        load(older, history, 200);
        try (var stale =
                new StaleRequests(BlockFleet.socket(VOLUME, older), VOLUME, history, random)) {
            stale.readBefore();
            stale.writeBefore();
            begin(fault, older);
            serve(fleet, epoch, newer, storage);
            long serving = System.nanoTime();
            try (var load = load(newer, history)) {
                await(when)
                        .pollInterval(Duration.ofMillis(10))
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> {
                            stale.readBefore();
                            return load.answered() > 50;
                        });
                ask(stale, 20);
                end(fault, older);
                ask(stale, 20);
                load.check();
            }
            stale.settle(when);
            assertThat(stale.lastReadAfter(serving)).as(when).isLessThan(READS_END);
        }
        fleet.release(VOLUME, older);
        check(newer, history, when);
    }

    private static void ask(StaleRequests stale, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            stale.askAfter();
            TimeUnit.MILLISECONDS.sleep(10); // the pace of the stale requests
        }
    }

    private void begin(Fault fault, Node older) {
        switch (fault) {
            case CUT_OFF -> waysOf(older.host()).forEach(CuttableWay::cut);
            case CUT_OFF_FROM_ALL_BUT_ONE ->
                    waysOf(older.host()).stream().skip(1).forEach(CuttableWay::cut);
            case STOPPED -> signal("STOP", older);
            case NOT_TOLD -> {}
        }
    }

    private void end(Fault fault, Node older) {
        waysOf(older.host()).forEach(CuttableWay::heal);
        if (fault == Fault.STOPPED) {
            signal("CONT", older);
        }
    }

    private static void signal(String name, Node node) {
        Command.run(Duration.ofSeconds(5), "kill", "-" + name, Long.toString(node.process().pid()))
                .ok();
    }

    private Load load(Node agent, History history) {
        return Load.begin(BlockFleet.socket(VOLUME, agent), VOLUME, history, random.nextLong());
    }

    private void load(Node agent, History history, int millis)
            throws InterruptedException, IOException {
        try (var load = load(agent, history)) {
            TimeUnit.MILLISECONDS.sleep(millis); // how long it lasts
            await().atMost(Duration.ofSeconds(30)).until(() -> load.answered() > 20);
        }
    }

    private static void check(Node agent, History history, String when) throws Exception {
        try (var connection = NbdConnection.open(BlockFleet.socket(VOLUME, agent), VOLUME)) {
            var reply = connection.read(0, BLOCKS * NumberedBlock.BYTES, Load.PATIENCE);
            assertThat(reply.error()).as(when).isZero();
            history.check(0, ByteBuffer.wrap(reply.data()));
        } catch (NumberedBlock.WrongBytesException e) {
            throw new AssertionError(when, e);
        }
    }
}
