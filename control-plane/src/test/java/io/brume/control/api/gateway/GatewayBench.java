package io.brume.control.api.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.aws.sigv4.Signer;
import io.brume.control.api.ToyCloud;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;

/**
 * Measures signed GetCallerIdentity calls through the whole front door, client and server in one
 * JVM: {@code GatewayBench CONNECTIONS SECONDS}. A program, not a test.
 */
final class GatewayBench {
    private GatewayBench() {}

    public static void main(String[] arguments) throws Exception {
        int connections = Integer.parseInt(arguments[0]);
        var time = Duration.ofSeconds(Long.parseLong(arguments[1]));
        try (var cloud = new ToyCloud()) {
            measure(cloud, connections, Duration.ofSeconds(3));
            var nanos = measure(cloud, connections, time);
            Arrays.sort(nanos);
            System.out.printf(
                    "%d connections: %.0f calls/s, p50 %.2f ms, p99 %.2f ms%n",
                    connections,
                    nanos.length / (double) time.toSeconds(),
                    nanos[nanos.length / 2] / 1e6,
                    nanos[nanos.length * 99 / 100] / 1e6);
        }
    }

    private static long[] measure(ToyCloud cloud, int connections, Duration time) throws Exception {
        var request = request(cloud);
        long end = System.nanoTime() + time.toNanos();
        try (var threads = Executors.newFixedThreadPool(connections)) {
            var clients = new ArrayList<Callable<long[]>>();
            for (int i = 0; i < connections; i++) {
                clients.add(() -> calls(cloud.port(), request, end));
            }
            var all = LongStream.empty();
            for (var client : threads.invokeAll(clients)) {
                all = LongStream.concat(all, Arrays.stream(client.get()));
            }
            return all.toArray();
        }
    }

    private static long[] calls(int port, String request, long end) throws Exception {
        var times = LongStream.builder();
        try (var client = new RawClient(port)) {
            for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
                if (client.send(request).answer().status() != 200) {
                    throw new IllegalStateException("refused");
                }
                times.add(System.nanoTime() - start);
            }
        }
        return times.build().toArray();
    }

    private static String request(ToyCloud cloud) {
        var form = "Action=GetCallerIdentity&Version=2011-06-15";
        var uri = cloud.endpoint().resolve("/");
        var signer =
                new Signer(
                        ToyCloud.KEY_ID, ToyCloud.SECRET, Optional.empty(), ToyCloud.REGION, "sts");
        var headers = Map.of("content-type", "application/x-www-form-urlencoded");
        var text = new StringBuilder("POST / HTTP/1.1\r\nHost: " + uri.getAuthority() + "\r\n");
        headers.forEach((n, v) -> text.append(n).append(": ").append(v).append("\r\n"));
        signer.sign("POST", uri, headers, form.getBytes(UTF_8), Instant.now())
                .forEach((n, v) -> text.append(n).append(": ").append(v).append("\r\n"));
        return text.append("Content-Length: " + form.length() + "\r\n\r\n").append(form).toString();
    }
}
