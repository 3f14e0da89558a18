package io.brume.node.image;

import io.brume.common.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Fetches a file of bounded size; a server that stands still ends it. */
final class Download {
    private static final Duration CONNECT = Duration.ofSeconds(15);
    private static final int MAX_REDIRECTS = 5;

    private final SourcePolicy policy;
    private final ImageSettings settings;
    private final Time time;

    Download(SourcePolicy policy, ImageSettings settings, Time time) {
        this.policy = policy;
        this.settings = settings;
        this.time = time;
    }

    /**
     * @param progress told the percentage, where the server tells the size
     */
    void fetch(URI source, Path to, Consumer<Integer> progress) throws IOException {
        try (var client =
                HttpClient.newBuilder()
                        .connectTimeout(CONNECT)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build()) {
            try {
                copy(open(client, source), to, progress);
            } finally {
                client.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while fetching " + shown(source));
        }
    }

    private HttpResponse<InputStream> open(HttpClient client, URI source)
            throws IOException, InterruptedException {
        URI next = source;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            policy.web(next);
            var response =
                    client.send(
                            HttpRequest.newBuilder(next).timeout(settings.idleTimeout()).build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            int status = response.statusCode();
            if (status == 200) {
                return response;
            }
            response.body().close();
            var location = response.headers().firstValue("Location");
            if (status / 100 != 3 || location.isEmpty()) {
                throw new IOException(shown(next) + " answered with status " + status);
            }
            URI target = next.resolve(location.get());
            boolean weaker = "https".equals(next.getScheme()) && "http".equals(target.getScheme());
            if (weaker
                    || !("http".equals(target.getScheme()) || "https".equals(target.getScheme()))) {
                throw new IOException(shown(next) + " redirects to where no image may come from");
            }
            next = target;
        }
        throw new IOException(shown(source) + " redirects too often");
    }

    private void copy(HttpResponse<InputStream> response, Path to, Consumer<Integer> progress)
            throws IOException {
        long expected = response.headers().firstValueAsLong("Content-Length").orElse(-1);
        if (expected > settings.maxDownloadBytes()) {
            throw tooLarge();
        }
        var lastRead = new AtomicLong(time.nanos());
        try (var body = response.body();
                var watch = watch(body, lastRead);
                OutputStream out = Files.newOutputStream(to)) {
            byte[] buffer = new byte[256 * 1024];
            long total = 0;
            int told = -1;
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                lastRead.set(time.nanos());
                total += n;
                if (total > settings.maxDownloadBytes()) {
                    throw tooLarge();
                }
                out.write(buffer, 0, n);
                int percent = expected > 0 ? (int) (total * 100 / expected) : 0;
                if (percent != told) {
                    told = percent;
                    progress.accept(percent);
                }
            }
            if (expected >= 0 && total != expected) {
                throw new IOException("the server sent %d of %d bytes".formatted(total, expected));
            }
        }
    }

    private interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    // Closing the stream from another thread is what ends a read that waits.
    private Watch watch(InputStream body, AtomicLong lastRead) {
        Thread thread =
                Thread.ofVirtual()
                        .name("download watch")
                        .start(() -> {
                            try {
                                while (time.since(lastRead.get()).compareTo(settings.idleTimeout())
                                        < 0) {
                                    Thread.sleep(settings.idleTimeout().dividedBy(4));
                                }
                                body.close();
                            } catch (InterruptedException | IOException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        return thread::interrupt;
    }

    private IOException tooLarge() {
        return new IOException(
                "the file is larger than the allowed %d bytes"
                        .formatted(settings.maxDownloadBytes()));
    }

    // A query may hold a signature.
    private static String shown(URI source) {
        return source.getScheme() + "://" + source.getRawAuthority() + source.getRawPath();
    }
}
