package io.brume.cli.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.common.aws.sigv4.Secret;
import io.brume.common.aws.sigv4.Signer;
import io.brume.common.time.Time;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Clients that put objects and read what was put, at several doors, until they are told to end.
 * What fails is tried at the next door, as clients do; what a read brings is always what was
 * acknowledged.
 */
final class ObjectLoad implements AutoCloseable {
    private static final int CLIENTS = 2;

    /** Between two objects of a client: bounds what is to be checked in the end. */
    private static final Duration PACE = Duration.ofMillis(100);

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final List<String> doors;
    private final String bucket;
    private final Signer signer;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final List<Thread> clients = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final long seed;
    private final CountDownLatch end = new CountDownLatch(1);

    ObjectLoad(Map<String, String> environment, List<String> doors, String bucket, long seed) {
        this.doors = List.copyOf(doors);
        this.bucket = requireNonNull(bucket);
        this.seed = seed;
        this.signer =
                new Signer(
                        requireNonNull(environment.get("AWS_ACCESS_KEY_ID")),
                        Secret.of(requireNonNull(environment.get("AWS_SECRET_ACCESS_KEY"))),
                        Optional.empty(),
                        requireNonNull(environment.get("AWS_REGION")),
                        "s3");
    }

    void start() {
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            clients.add(Thread.ofVirtual().start(() -> run(number)));
        }
    }

    int puts() {
        return acknowledged.size();
    }

    int reads() {
        return reads.get();
    }

    private void run(int number) {
        var random = new Random(seed + number);
        var mine = new ArrayList<String>();
        try {
            for (int i = 0; !end.await(PACE.toMillis(), TimeUnit.MILLISECONDS); i++) {
                var key = "load/" + number + "/" + i;
                long content = random.nextLong();
                ask("PUT", key, bytes(content), random.nextInt(doors.size()));
                acknowledged.put(key, content);
                mine.add(key);
                check(mine.get(random.nextInt(mine.size())), random.nextInt(doors.size()));
            }
        } catch (Throwable e) {
            synchronized (failures) {
                failures.add(e);
            }
        }
    }

    private static byte[] bytes(long content) {
        var random = new Random(content);
        var bytes = new byte[random.nextInt(200_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    private void check(String key, int door) {
        long content = requireNonNull(acknowledged.get(key));
        assertThat(ask("GET", key, new byte[0], door)).as(key).isEqualTo(bytes(content));
        reads.incrementAndGet();
    }

    /** Asks one door after the other until one answers. */
    private byte[] ask(String method, String key, byte[] body, int firstDoor) {
        var door = new AtomicInteger(firstDoor);
        var answer = new AtomicReference<byte[]>();
        await(method + " " + key)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(100))
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        answer.set(
                                answer(
                                        method,
                                        key,
                                        body,
                                        doors.get(door.getAndIncrement() % doors.size()))));
        return requireNonNull(answer.get());
    }

    /**
     * The body.
     *
     * @throws AssertionError when another attempt may succeed
     */
    private byte[] answer(String method, String key, byte[] body, String door)
            throws InterruptedException {
        HttpResponse<byte[]> answer;
        try {
            answer = once(method, URI.create(door + "/" + bucket + "/" + key), body);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        if (answer.statusCode() == 200) {
            return answer.body();
        }
        var problem = answer.statusCode() + " " + new String(answer.body(), UTF_8);
        if (answer.statusCode() < 500) {
            throw new IllegalStateException(method + " " + key + ": " + problem);
        }
        throw new AssertionError(problem);
    }

    private HttpResponse<byte[]> once(String method, URI uri, byte[] body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20));
        signer.sign(method, uri, Map.of(), body, Time.system().now()).forEach(request::header);
        request.method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Ends the clients; everything that was acknowledged is there, each key at the next door. */
    void endAndCheck() throws InterruptedException {
        close();
        synchronized (failures) {
            for (var failure : failures) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
        int door = 0;
        for (var key : acknowledged.keySet()) {
            check(key, door++ % doors.size());
        }
    }

    @Override
    public void close() throws InterruptedException {
        end.countDown();
        for (var client : clients) {
            client.join();
        }
    }
}
