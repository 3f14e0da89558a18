package io.brume.cli.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Rounds of a program's sudden death while instances start and stop, each followed by a check: all
 * that was acknowledged is there once and reaches the state that was asked for last; a call whose
 * outcome nobody saw is made again with its token and happens once. One instance is left alone all
 * the while, and must live on.
 */
final class CrashRounds {
    private static final int CONVERGES_SECONDS = 60;

    private final Cloud cloud;
    private final Boto boto;
    private final String image;
    private final Random random;
    private final long seed;
    private final Map<String, String> wanted = new LinkedHashMap<>();
    private final Set<String> others = new HashSet<>();

    CrashRounds(Cloud cloud, Boto boto, String image, long seed) {
        this.cloud = cloud;
        this.boto = boto;
        this.image = image;
        this.seed = seed;
        this.random = new Random(seed);
    }

    /**
     * Runs rounds; the first after which something is wrong ends them with an assertion error.
     *
     * @param roles the programs that die in each, each at a moment of its own
     * @return after how many everything was right
     */
    int run(int rounds, String... roles) throws Exception {
        String role = String.join("-and-", roles);
        System.out.printf("crash of %s: -Dbrume.seed=%d%n", role, seed);
        boto.ec2("describe_instances").instances().stream()
                .map(each -> each.text("InstanceId"))
                .forEach(others::add);
        String witness = launch("witness-" + role);
        wanted.put(witness, "running");
        converge(role, 0);
        List<Long> before = guestsOf(witness);
        long longest = 0;
        int right = 0;
        List<String> dying = new ArrayList<>(List.of(roles));
        for (int round = 1; round <= rounds; round++) {
            List<CompletableFuture<Void>> calls = work(role + "-" + round);
            Collections.shuffle(dying, random);
            for (String each : dying) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(600)); // the random moment itself
                cloud.kill(each);
            }
            long killed = System.nanoTime();
            for (String each : dying) {
                cloud.awaitReady(each);
            }
            longest = Math.max(longest, System.nanoTime() - killed);
            for (CompletableFuture<Void> call : calls) {
                call.get(120, TimeUnit.SECONDS);
            }
            converge(role, round);
            assertThat(guestsOf(witness))
                    .as("%s, round %d, seed %d: the guest left alone", role, round, seed)
                    .isEqualTo(before);
            right++;
        }
        System.out.printf(
                "measured: kill -9 of %s, %d rounds: longest until ready %d ms%n",
                role, rounds, Duration.ofNanos(longest).toMillis());
        List<String> rest = List.copyOf(wanted.keySet());
        boto.patiently("terminate_instances", "InstanceIds", rest);
        boto.await("instance_terminated", 120, "InstanceIds", rest);
        return right;
    }

    /**
     * Begins this round's calls: one launch, and a change to one instance that was there before.
     */
    private List<CompletableFuture<Void>> work(String token) {
        var calls = new ArrayList<CompletableFuture<Void>>();
        List<String> mortals = wanted.keySet().stream().skip(1).toList();
        if (mortals.size() < 3) {
            calls.add(
                    begin(() -> {
                        String id = launch(token);
                        synchronized (wanted) {
                            wanted.put(id, "running");
                        }
                    }));
        }
        if (!mortals.isEmpty()) {
            String id = mortals.get(random.nextInt(mortals.size()));
            boolean end = mortals.size() == 3;
            String operation =
                    end
                            ? "terminate_instances"
                            : "running".equals(wanted.get(id))
                                    ? "stop_instances"
                                    : "start_instances";
            calls.add(
                    begin(() -> {
                        boto.patiently(operation, "InstanceIds", List.of(id));
                        synchronized (wanted) {
                            switch (operation) {
                                case "terminate_instances" -> wanted.remove(id);
                                case "stop_instances" -> wanted.put(id, "stopped");
                                default -> wanted.put(id, "running");
                            }
                        }
                    }));
        }
        return calls;
    }

    private CompletableFuture<Void> begin(Runnable call) {
        return CompletableFuture.runAsync(
                call, task -> Thread.ofVirtual().name("crash call").start(task));
    }

    /** Launches one instance; asked as often as it takes, with the same token. */
    private String launch(String token) {
        Object[] input = {
            "ImageId",
            image,
            "InstanceType",
            "t2.nano",
            "MinCount",
            1,
            "MaxCount",
            1,
            "ClientToken",
            token
        };
        return await().pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofSeconds(90))
                .until(
                        () -> {
                            try {
                                return boto.patiently("run_instances", input)
                                        .instances()
                                        .getFirst()
                                        .text("InstanceId");
                            } catch (Boto.Refused e) {
                                if (e.status() == 0 || e.status() >= 500) {
                                    return "";
                                }
                                throw new CompletionException(e);
                            }
                        },
                        id -> !id.isEmpty());
    }

    private void converge(String role, int round) {
        await("%s, round %d, seed %d".formatted(role, round, seed))
                .pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofSeconds(CONVERGES_SECONDS))
                .untilAsserted(() -> {
                    Map<String, String> seen =
                            boto.patiently("describe_instances").instances().stream()
                                    .filter(each -> !others.contains(each.text("InstanceId")))
                                    .collect(
                                            Collectors.toMap(
                                                    each -> each.text("InstanceId"),
                                                    each -> each.text("State", "Name")));
                    seen.entrySet()
                            .removeIf(each ->
                                    each.getValue().equals("terminated")
                                            && !wanted.containsKey(each.getKey()));
                    assertThat(seen).isEqualTo(wanted);
                    assertThat(running()).isEqualTo(count("running"));
                });
    }

    private long count(String state) {
        return wanted.values().stream().filter(state::equals).count();
    }

    /** Real guests are processes; pretended ones are counted by what was asked for. */
    private long running() throws IOException {
        if (!cloud.hasRealGuests()) {
            return count("running");
        }
        return cloud.guests().stream()
                .map(Leftovers::commandLine)
                .filter(line -> wanted.keySet().stream().anyMatch(line::contains))
                .count();
    }

    private List<Long> guestsOf(String id) throws IOException {
        return cloud.guests().stream()
                .filter(pid -> Leftovers.commandLine(pid).contains(id))
                .toList();
    }
}
