package io.brume.node.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** {@link Processes} by {@link ProcessBuilder}: the one place of the agent that uses it. */
final class HostProcesses implements Processes {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C", "HOME", "/");
    private static final int MAX_LINE = 4096;
    // How long a child that inherited the pipes may keep them open after the program itself ended.
    private static final long PIPE_GRACE_MILLIS = 2000;

    /**
     * Enters the control groups, records the process, becomes the program. The process id stays the
     * same all along. Arguments: number of groups, the groups, the file for the record, the
     * program.
     */
    private static final String LAUNCH =
            """
            umask 077
            n=$1; shift
            while [ "$n" -gt 0 ]; do echo 0 >"$1" || exit 125; shift; n=$((n - 1)); done
            IFS= read -r stat </proc/self/stat || exit 125
            printf '%s\\n' "$stat" >"$1" || exit 125
            shift
            exec "$@"
            """;

    @Override
    public CommandResult run(HostCommand command) throws IOException {
        Process process =
                builder(command.arguments())
                        .directory(command.folder().orElse(Path.of("/")).toFile())
                        .start();
        try {
            var output =
                    reader(process.getInputStream(), command.maxOutputBytes(), command.progress());
            var errors = reader(process.getErrorStream(), command.maxOutputBytes(), line -> {});
            writer(process.getOutputStream(), command.input());
            if (!process.waitFor(command.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "%s did not end within %s".formatted(command.program(), command.timeout()));
            }
            return new CommandResult(
                    command.program(),
                    process.exitValue(),
                    kept(output, process),
                    kept(errors, process));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException(command.program() + " was interrupted");
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Override
    public Daemon start(DaemonCommand command) throws IOException {
        var arguments = new ArrayList<String>();
        arguments.addAll(List.of("setsid", "sh", "-c", LAUNCH, "brume-launch"));
        arguments.add(Integer.toString(command.controlGroups().size()));
        command.controlGroups().forEach(file -> arguments.add(file.toString()));
        arguments.add(command.identityFile().toString());
        if (!command.networkNamespace().isEmpty()) {
            arguments.add("nsenter");
            arguments.add("--net=/run/netns/" + command.networkNamespace());
            arguments.add("--");
        }
        arguments.addAll(command.arguments());
        Process process =
                builder(arguments)
                        .directory(command.workingDirectory().toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(command.output().toFile()))
                        .start();
        var exitCode = process.onExit().thenApply(Process::exitValue);
        var identity =
                ProcessIdentity.of(process.pid())
                        .orElseThrow(() ->
                                new IOException(command.arguments().getFirst() + " ended at once"));
        return new Daemon(identity, exitCode);
    }

    private static ProcessBuilder builder(List<String> arguments) {
        var builder = new ProcessBuilder(arguments);
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        return builder;
    }

    // Platform threads: reading a pipe holds its carrier thread.
    private static FutureTask<String> reader(
            InputStream stream, int maxBytes, Consumer<String> lines) {
        var task = new FutureTask<>(() -> read(stream, maxBytes, lines));
        Thread.ofPlatform().daemon().name("command-output").start(task);
        return task;
    }

    private static String read(InputStream stream, int maxBytes, Consumer<String> lines)
            throws IOException {
        var kept = new ByteArrayOutputStream();
        var line = new StringBuilder();
        byte[] buffer = new byte[8192];
        for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
            kept.write(buffer, 0, Math.min(n, maxBytes - kept.size()));
            for (int i = 0; i < n; i++) {
                char c = (char) (buffer[i] & 0xff);
                if (c == '\n' || c == '\r') {
                    lines.accept(line.toString());
                    line.setLength(0);
                } else if (line.length() < MAX_LINE) {
                    line.append(c);
                }
            }
        }
        return kept.toString(StandardCharsets.UTF_8);
    }

    private static void writer(OutputStream stream, byte[] input) throws IOException {
        if (input.length == 0) {
            stream.close();
            return;
        }
        var task =
                new FutureTask<>(() -> {
                    // A program may end without reading all; its exit code tells.
                    try (stream) {
                        stream.write(input);
                    }
                    return true;
                });
        Thread.ofPlatform().daemon().name("command-input").start(task);
    }

    private static String kept(FutureTask<String> reader, Process process)
            throws IOException, InterruptedException {
        try {
            return reader.get(PIPE_GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("process " + process.pid() + " left its output open", e);
        } catch (ExecutionException e) {
            throw new IOException("the output could not be read", e.getCause());
        }
    }
}
