package io.brume.cli.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.cli.client.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * boto3 in a process of its own, for as long as its cloud: importing it for every call would take
 * longer than the calls. Calls of several threads run at the same time. No call is tried again
 * unless it says so.
 */
public final class Boto implements AutoCloseable {
    private static final int WITHIN_SECONDS = 240;

    /** AWS's answer to a call that it refuses; {@code status} is 0 when boto3 itself gave up. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final String code;
        private final int status;

        Refused(String code, String message, int status) {
            super(code + " (" + status + "): " + message);
            this.code = code;
            this.status = status;
        }

        String code() {
            return code;
        }

        int status() {
            return status;
        }
    }

    private final Process process;
    private final Writer calls;
    private final Path script;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, CompletableFuture<Map<String, Object>>> open =
            new ConcurrentHashMap<>();

    Boto(Map<String, String> environment) throws IOException {
        script = Files.createTempFile("brume-boto", ".py");
        try (var source = requireNonNull(Boto.class.getResourceAsStream("boto.py"))) {
            Files.write(script, source.readAllBytes());
        }
        var builder = new ProcessBuilder("python3", script.toString());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().putAll(environment);
        process = builder.start();
        calls = process.outputWriter(UTF_8);
        Thread.ofVirtual().name("boto answers").start(this::read);
    }

    private void read() {
        try (BufferedReader answers = process.inputReader(UTF_8)) {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                Map<String, Object> answer = Json.parseObject(line);
                var waiting = open.remove((Long) requireNonNull(answer.get("id")));
                if (waiting != null) {
                    waiting.complete(answer);
                }
            }
        } catch (IOException e) {
            open.values().forEach(each -> each.completeExceptionally(e));
        }
        var ended = new IOException("boto3's process ended");
        open.values().forEach(each -> each.completeExceptionally(ended));
    }

    /** Calls an EC2 operation; input as name, value, name, value. */
    public Answer ec2(String operation, Object... input) {
        return call(Map.of("call", operation, "input", map(input)));
    }

    /** As {@link #ec2}, but boto3 tries again as it does for its users when a server is away. */
    Answer patiently(String operation, Object... input) {
        return call(Map.of("call", operation, "input", map(input), "attempts", 8));
    }

    /** An image for hosts that only pretend: nobody fetches it. */
    String pretendedImage() {
        String image =
                ec2(
                                "register_image",
                                "Name",
                                "pretended",
                                "ImageLocation",
                                "http://127.0.0.1:9/pretended.qcow2",
                                "Architecture",
                                "x86_64",
                                "RootDeviceName",
                                "/dev/xvda",
                                "VirtualizationType",
                                "hvm")
                        .text("ImageId");
        await("image_available", 60, "ImageIds", List.of(image));
        return image;
    }

    /** Waits as boto3's waiter of that name does, looking once a second. */
    public void await(String waiter, int seconds, Object... input) {
        call(Map.of("call", "waiter:" + waiter, "seconds", seconds, "input", map(input)));
    }

    /** All pages of an operation. */
    List<Answer> pages(String operation, int size, Object... input) {
        return call(Map.of("call", "pages:" + operation, "size", size, "input", map(input)))
                .items("Pages")
                .toList();
    }

    Answer call(Map<String, Object> call) {
        var asked = new LinkedHashMap<String, Object>(call);
        long id = ids.incrementAndGet();
        asked.put("id", id);
        var waiting = new CompletableFuture<Map<String, Object>>();
        open.put(id, waiting);
        try {
            synchronized (calls) {
                calls.write(Json.compact(asked) + "\n");
                calls.flush();
            }
            Map<String, Object> answer = waiting.get(WITHIN_SECONDS, TimeUnit.SECONDS);
            if (answer.get("error") instanceof String code) {
                throw new Refused(
                        code,
                        String.valueOf(answer.get("message")),
                        ((Long) requireNonNull(answer.get("status"))).intValue());
            }
            return new Answer(requireNonNull(answer.get("answer")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("no answer to " + call, e);
        }
    }

    /** The error that a call ends with; a call that works fails the test. */
    Refused refusal(String operation, Object... input) {
        try {
            Answer answer = ec2(operation, input);
            throw new AssertionError(operation + " should be refused, answered " + answer);
        } catch (Refused e) {
            return e;
        }
    }

    static Map<String, Object> map(Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        Files.deleteIfExists(script);
    }
}
