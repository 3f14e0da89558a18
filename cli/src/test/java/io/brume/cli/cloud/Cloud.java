package io.brume.cli.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * A cloud of a test's own, made and removed with the launcher as a user does it. {@link #close}
 * removes whatever the launcher left by force, and then fails the test if there was anything.
 */
public final class Cloud implements AutoCloseable {
    /** The root of the sources: the modules' tests run one folder below. */
    static final Path HOME = requireNonNull(Path.of("").toAbsolutePath().getParent());

    /** What a cloud with the most storage nodes uses. */
    private static final int PORTS = 22;

    private static final Duration LONG = Duration.ofMinutes(5);

    final String name;
    public final Path data;
    final int port;
    private final String hypervisor;
    private final Path scratch;
    private final List<Boto> clients = new ArrayList<>();

    private Cloud(String hypervisor) throws IOException {
        this.hypervisor = hypervisor;
        name = "t" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36), 36);
        // Guests run as users of their own, who cannot walk to a clone in somebody's home.
        scratch = Files.createTempDirectory("brume-" + name);
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwxr-xr-x"));
        data = scratch.resolve("data");
        port = TestPorts.free(PORTS);
    }

    /**
     * A cloud with real guests that is not started yet; the test is skipped where there are none.
     */
    public static Cloud real() throws IOException {
        needs("root", System.getProperty("user.name").equals("root"));
        needs("qemu-system-x86_64", Files.isExecutable(Path.of("/usr/bin/qemu-system-x86_64")));
        return ready(new Cloud("qemu"));
    }

    /** A cloud whose one host only pretends, not started yet. */
    static Cloud simulated() throws IOException {
        needs("root", System.getProperty("user.name").equals("root"));
        return ready(new Cloud("simulated"));
    }

    private static Cloud ready(Cloud cloud) {
        assertThat(HOME.resolve("target/dist/lib"))
                .as("the build that Maven's package phase makes")
                .isDirectory();
        return cloud;
    }

    /** Says what is missing, so that a test that was not run is seen as such. */
    static void needs(String what, boolean there) {
        if (!there) {
            System.out.println("NOT RUN: this machine lacks " + what);
        }
        assumeTrue(there, "this machine lacks " + what);
    }

    /** A file of one's own beside the cloud's data; goes with the cloud. */
    public Path scratch(String file) {
        return scratch.resolve(file);
    }

    /** Runs {@code ./brume} for this cloud. */
    public Command.Result brume(String... arguments) {
        return brume(Map.of(), arguments);
    }

    Command.Result brume(Map<String, String> more, String... arguments) {
        var environment = new HashMap<>(launcherEnvironment());
        environment.putAll(more);
        return Command.run(environment, LONG, launcher(arguments));
    }

    private List<String> launcher(String... arguments) {
        var command = new ArrayList<>(List.of(HOME.resolve("brume").toString()));
        command.add("--data=" + data);
        command.addAll(List.of(arguments));
        return command;
    }

    private Map<String, String> launcherEnvironment() {
        return Map.of(
                "BRUME_DIST",
                HOME.resolve("target/dist").toString(),
                "JAVA_HOME",
                System.getProperty("java.home"),
                "HOME",
                scratch.toString());
    }

    /**
     * Starts {@code ./brume} for this cloud, and leaves it running.
     *
     * @param output what it says
     */
    Process start(Path output, String... arguments) throws IOException {
        var builder =
                new ProcessBuilder(launcher(arguments))
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().putAll(launcherEnvironment());
        return builder.start();
    }

    /** Lines for a program's own configuration; before the cloud is up. */
    public void configure(String role, String lines) throws IOException {
        Path conf = data.resolve("conf");
        Files.createDirectories(conf);
        Files.writeString(conf.resolve(role + ".local.conf"), lines);
    }

    /** The launcher's command with the options that define this cloud. */
    public Command.Result begin(String command, String... more) {
        var arguments =
                new ArrayList<>(
                        List.of(
                                command,
                                "--yes",
                                "--port=" + port,
                                "--name=" + name,
                                "--hypervisor=" + hypervisor));
        arguments.addAll(List.of(more));
        return brume(arguments.toArray(String[]::new));
    }

    /**
     * What {@code ./brume env} prints, as an environment; the machine's own AWS settings are cut
     * off.
     */
    public Map<String, String> environment() {
        var environment = new LinkedHashMap<String, String>();
        brume("env")
                .ok()
                .lines()
                .filter(line -> line.startsWith("export "))
                .map(line -> line.substring("export ".length()).split("=", 2))
                .forEach(pair -> environment.put(pair[0], pair[1]));
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        environment.put("AWS_CONFIG_FILE", "/dev/null");
        environment.put("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        environment.put("AWS_PAGER", "");
        environment.put("NO_PROXY", "127.0.0.1");
        environment.put("no_proxy", "127.0.0.1");
        return environment;
    }

    /** A boto3 of this cloud's first account; ends with the cloud. */
    public Boto boto() throws IOException {
        var boto = new Boto(environment());
        clients.add(boto);
        return boto;
    }

    /** Runs the AWS CLI. */
    Command.Result aws(String... arguments) {
        var command = new ArrayList<>(List.of("aws"));
        command.addAll(List.of(arguments));
        return Command.run(environment(), Duration.ofMinutes(2), command);
    }

    /**
     * Puts a built bundle in the cloud's image folder; built once and kept in the module's target
     * folder.
     */
    public Path image(String kind) throws IOException {
        Path kept =
                Path.of("target/cloud-images")
                        .toAbsolutePath()
                        .resolve("brume-" + kind + "-x86_64");
        build(kind, kept);
        Path images = Files.createDirectories(data.resolve("images"));
        Path bundle = images.resolve(kept.getFileName());
        Command.run(Duration.ofMinutes(1), "cp", "-a", kept.toString(), bundle.toString()).ok();
        return bundle;
    }

    /** One at a time: the tests run in several processes. */
    private static void build(String kind, Path kept) throws IOException {
        Path lock = Files.createDirectories(kept.getParent()).resolve(kind + ".lock");
        try (var file = FileChannel.open(lock, CREATE, WRITE);
                var held = file.lock()) {
            assertThat(held.isValid()).isTrue();
            Command.Result built =
                    Command.run(
                            Duration.ofMinutes(10),
                            HOME.resolve("images/" + kind + "/build").toString(),
                            kept.toString());
            System.out.printf("image %s: %d s%n", kind, built.took().toSeconds());
            built.ok();
        }
    }

    /** The process of one of the programs, as its supervisor has written it down. */
    public ProcessHandle program(String role) throws IOException {
        String pid = Files.readString(data.resolve("run/" + role + ".pid")).split(" ", 2)[0];
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    /** Ends a program as {@code kill -9} does; its supervisor starts it again at once. */
    public void kill(String role) throws IOException {
        // Without this file the supervisor waits longer with every death.
        Files.writeString(data.resolve("run/" + role + ".restart"), "");
        ProcessHandle program = program(role);
        program.destroyForcibly();
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(10))
                .until(() -> !program.isAlive());
    }

    /** Waits until a program answers that it is ready. */
    public void awaitReady(String role) {
        int at = portOf(role);
        await().pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofSeconds(90))
                .until(() -> ready(at));
    }

    private int portOf(String role) {
        return switch (role) {
            case "control-plane" -> port;
            case "node-agent" -> port + 3;
            case "storage-node" -> port + 4;
            default -> port + 2 + 2 * Integer.parseInt(role.replace("storage-node-", ""));
        };
    }

    private static boolean ready(int port) {
        try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(3000);
            socket.getOutputStream()
                    .write("GET /ready HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".getBytes(UTF_8));
            return new String(socket.getInputStream().readNBytes(12), UTF_8).endsWith("200");
        } catch (IOException e) {
            return false;
        }
    }

    boolean hasRealGuests() {
        return hypervisor.equals("qemu");
    }

    /** The guests' processes. */
    public List<Long> guests() throws IOException {
        return Leftovers.processes(data.resolve("node-agent")).stream()
                .filter(pid -> Leftovers.commandLine(pid).contains("qemu-system"))
                .toList();
    }

    /** Whether an instance's machine runs. */
    public boolean hasGuest(String instanceId) throws IOException {
        return guest(instanceId).findAny().isPresent();
    }

    private Stream<ProcessHandle> guest(String instanceId) throws IOException {
        return guests().stream()
                .filter(pid -> Leftovers.commandLine(pid).contains(instanceId))
                .flatMap(pid -> ProcessHandle.of(pid).stream());
    }

    /** Ends an instance's machine as {@code kill -9} of its QEMU does. */
    public void killGuest(String instanceId) throws IOException {
        ProcessHandle machine = guest(instanceId).findFirst().orElseThrow();
        machine.destroyForcibly();
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(10))
                .until(() -> !machine.isAlive());
    }

    /** The first three numbers of the public addresses. */
    String pool() {
        try {
            return Files.readAllLines(data.resolve("cloud.conf")).stream()
                    .filter(line -> line.startsWith("public.pool = "))
                    .map(line -> line.replaceFirst(".* = ", "").replaceFirst("\\d+/.*", ""))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ends of the programs' logs, for a test that failed. */
    public String logs() throws IOException {
        var text = new StringBuilder();
        try (Stream<Path> files = Files.list(data.resolve("log"))) {
            for (Path file : files.sorted().toList()) {
                List<String> lines = Files.readAllLines(file);
                text.append("== ").append(file.getFileName()).append('\n');
                lines.subList(Math.max(0, lines.size() - 60), lines.size())
                        .forEach(line -> text.append(line).append('\n'));
            }
        }
        return text.toString();
    }

    /** Removes the cloud, and fails when the launcher left anything of it. */
    @Override
    public void close() throws IOException {
        for (Boto client : clients) {
            client.close();
        }
        try {
            if (Files.exists(data.resolve("cloud.conf"))) {
                String pool = pool();
                Command.Result down = brume("down", "--purge", "--yes");
                List<String> left = Leftovers.of(name, data, pool);
                if (!left.isEmpty() || !down.worked()) {
                    sweep();
                }
                System.out.printf("measured: down --purge: %d ms%n", down.took().toMillis());
                System.out.println(down.output());
                assertThat(left).as("left by %s: %s", name, down.output()).isEmpty();
                down.ok();
            }
        } finally {
            Command.run(
                    Duration.ofMinutes(1), "rm", "-rf", "--one-file-system", scratch.toString());
        }
    }

    /** By force, so that a test that failed does not spoil the next. */
    private void sweep() throws IOException {
        for (long pid : Leftovers.processes(data)) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        Command.run(
                Duration.ofMinutes(1),
                "bash",
                "-c",
                """
                ip netns list | awk '{ print $1 }' | grep "^$1-" | xargs -r -n 1 ip netns delete
                nft list tables | awk '{ print $2, $3 }' | grep -E " $1(-.*)?$" | xargs -r -n 2 nft delete table
                grep -F "$2" /proc/mounts | awk '{ print $2 }' | sort -r | xargs -r -n 1 umount
                find /sys/fs/cgroup -depth -type d \\( -path "*/$1" -o -path "*/$1/*" \\) -exec rmdir {} + 2>/dev/null
                """,
                "sweep",
                name,
                data.toString());
    }
}
