package io.brume.node.network;

import io.brume.common.ffm.NetworkNamespaces;
import io.brume.common.time.Time;
import io.brume.node.host.Processes;
import io.brume.node.network.VpcTopology.Interface;
import io.brume.node.network.dhcp.HostResolvers;
import io.brume.node.network.metadata.MetadataService;
import io.brume.node.network.namespace.NamespaceNetwork;
import io.brume.node.network.namespace.NetworkSettings;
import io.brume.node.network.namespace.NetworkSettings.DeviceKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A host made of namespaces: one stands for the host, one for the world beyond it, and one for each
 * guest. Nothing touches the machine's own namespace. All of it is gone after {@link #close}.
 */
public final class TestHost implements AutoCloseable {
    public static final String WORLD = "10.99.0.1";
    public static final String HOST = "10.99.0.2";
    private static final String SCRIPT =
            """
            #!/bin/sh
            [ "$1" = bound ] || exit 0
            ip addr replace $ip/$mask dev eth0
            ip route replace default via $router dev eth0
            ip link set eth0 mtu ${mtu:-1500}
            echo "ip=$ip mask=$mask router=$router dns=$dns domain=$domain hostname=$hostname mtu=$mtu lease=$lease"
            """;

    private final HostCommands commands = HostCommands.through(Processes.system());
    private final List<String> namespaces = new ArrayList<>();
    private final List<AutoCloseable> things = new ArrayList<>();
    private final String name = "bt" + Long.toString(ProcessHandle.current().pid(), 36);
    private final Path directory;
    private final Path script;
    private int clouds;

    public TestHost() throws IOException {
        directory = Files.createTempDirectory("network-test");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        script = directory.resolve("udhcpc");
        Files.writeString(script, SCRIPT);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            namespace("host");
            namespace("world");
            ip(
                    "-n",
                    name("host"),
                    "link",
                    "add",
                    "eth0",
                    "type",
                    "veth",
                    "peer",
                    "name",
                    "eth0",
                    "netns",
                    name("world"));
            configure("host", HOST);
            configure("world", WORLD);
            ip("-n", name("host"), "route", "add", "default", "via", WORLD);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void configure(String of, String address) throws IOException {
        ip("-n", name(of), "link", "set", "lo", "up");
        ip("-n", name(of), "address", "add", address + "/24", "dev", "eth0");
        ip("-n", name(of), "link", "set", "eth0", "up");
    }

    /** A cloud of this host, not yet with anything; its pool is 198.18.N.0/24, N = 0, 1, … */
    public Cloud cloud() {
        return cloud(DeviceKind.VETH);
    }

    public Cloud cloud(DeviceKind kind) {
        return cloud(kind, commands, List.of());
    }

    /**
     * A cloud with an agent of its own kind.
     *
     * @param tools what its agent runs commands with
     * @param resolvers the host's, in files of resolv.conf's format
     */
    public Cloud cloud(DeviceKind kind, HostCommands tools, List<Path> resolvers) {
        int number = clouds++;
        var settings =
                new NetworkSettings(
                        new CloudNames(name + "c" + number),
                        directory.resolve("c" + number),
                        Ipv4Block.parse("198.18." + number + ".0/24"),
                        1500,
                        kind,
                        Optional.of(file("host")));
        return new Cloud(settings, tools, resolvers);
    }

    /** One cloud's network, which can be stopped as by SIGKILL and made again. */
    public final class Cloud {
        public final String prefix;
        private final NetworkSettings settings;
        private final HostCommands tools;
        private final List<Path> resolvers;
        private NamespaceNetwork network;

        private Cloud(NetworkSettings settings, HostCommands tools, List<Path> resolvers) {
            this.prefix = settings.names().prefix();
            this.settings = settings;
            this.tools = tools;
            this.resolvers = resolvers;
            this.network = start();
            things.add(this::removeAll);
        }

        public NamespaceNetwork network() {
            return network;
        }

        /** A new agent's network; the old one is left without a goodbye to what it had started. */
        public void restart() {
            network.close();
            network = start();
        }

        private NamespaceNetwork start() {
            return new NamespaceNetwork(
                    settings,
                    tools,
                    new MetadataService(Time.system(), new SecureRandom()),
                    new HostResolvers(resolvers),
                    "nobody");
        }

        private void removeAll() throws IOException {
            for (String vpcId : network.vpcs()) {
                network.remove(vpcId);
            }
            network.close();
        }

        public Path runDirectory() {
            return settings.runDirectory();
        }

        /** Takes the far end of an interface into a namespace of its own, not yet configured. */
        public Guest plug(String vpcId, Interface link) throws IOException {
            String guest = "g" + namespaces.size();
            namespace(guest);
            String tap = network.tap(link.networkInterfaceId());
            ip(
                    "-n",
                    network.namespace(vpcId),
                    "link",
                    "set",
                    "dev",
                    CloudNames.far(tap),
                    "netns",
                    name(guest),
                    "name",
                    "eth0");
            ip("-n", name(guest), "link", "set", "dev", "eth0", "address", link.mac());
            ip("-n", name(guest), "link", "set", "dev", "eth0", "up");
            ip("-n", name(guest), "link", "set", "dev", "lo", "up");
            return new Guest(guest, link);
        }

        /** A guest that has asked for its address. */
        public Guest boot(String vpcId, Interface link) throws IOException {
            Guest guest = plug(vpcId, link);
            guest.lease();
            return guest;
        }
    }

    /** A namespace that stands for a guest. */
    public final class Guest {
        public final String namespace;
        public final Interface link;

        private Guest(String namespace, Interface link) {
            this.namespace = namespace;
            this.link = link;
        }

        /** What the DHCP client was given. */
        public String lease() throws IOException {
            return run(
                            "busybox",
                            "udhcpc",
                            "-i",
                            "eth0",
                            "-s",
                            script.toString(),
                            "-q",
                            "-n",
                            "-f",
                            "-t",
                            "20",
                            "-T",
                            "1",
                            "-O",
                            "mtu")
                    .standardOutput()
                    .strip();
        }

        public HostCommands.Output run(String... command) throws IOException {
            return TestHost.this.run(namespace, command);
        }

        public boolean reaches(String address, int port) throws IOException {
            return connects(namespace, address, port);
        }

        public boolean pings(String address) throws IOException {
            return TestHost.this.pings(namespace, address);
        }

        public Socket connect(String address, int port) throws IOException {
            return open(namespace, address, port);
        }

        public EchoServer serve(int port) throws IOException {
            return TestHost.this.serve(namespace, port);
        }
    }

    /** Answers every line with itself. */
    public record EchoServer(ServerSocket socket) implements AutoCloseable {
        private void accept() {
            while (!socket.isClosed()) {
                try {
                    Socket connection = socket.accept();
                    Thread.ofPlatform().daemon().start(() -> echo(connection));
                } catch (IOException e) {
                    return;
                }
            }
        }

        private static void echo(Socket connection) {
            try (connection) {
                connection.getInputStream().transferTo(connection.getOutputStream());
            } catch (IOException e) {
                return;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    public EchoServer serve(String namespace, int port) throws IOException {
        ServerSocket socket =
                NetworkNamespaces.call(
                        file(namespace),
                        () -> new ServerSocket(port, 16, InetAddress.getByName("0.0.0.0")));
        var server = new EchoServer(socket);
        Thread.ofPlatform().daemon().start(server::accept);
        things.add(server);
        return server;
    }

    public Socket open(String namespace, String address, int port) throws IOException {
        return NetworkNamespaces.call(
                file(namespace),
                () -> {
                    var socket = new Socket();
                    try {
                        socket.connect(new InetSocketAddress(address, port), 700);
                        socket.setSoTimeout(700);
                        return socket;
                    } catch (IOException e) {
                        socket.close();
                        throw e;
                    }
                });
    }

    public boolean connects(String namespace, String address, int port) {
        try (Socket socket = open(namespace, address, port)) {
            return echoes(socket);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a living connection to an echo server still carries data. */
    public static boolean echoes(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            return socket.getInputStream().read() == 'x';
        } catch (IOException e) {
            return false;
        }
    }

    public boolean pings(String namespace, String address) throws IOException {
        return run(namespace, "busybox", "ping", "-c", "1", "-W", "1", address).status() == 0;
    }

    public HostCommands.Output run(String namespace, String... command) throws IOException {
        var words = new ArrayList<>(List.of("nsenter", "--net=" + file(namespace)));
        words.addAll(Arrays.asList(command));
        return commands.run(words, "", Duration.ofSeconds(40));
    }

    public String name(String namespace) {
        return name + "-" + namespace;
    }

    public Path directory() {
        return directory;
    }

    public Path file(String namespace) {
        return Path.of("/run/netns", name(namespace));
    }

    public HostCommands commands() {
        return commands;
    }

    private void namespace(String of) throws IOException {
        ip("netns", "add", name(of));
        namespaces.add(name(of));
    }

    private void ip(String... words) throws IOException {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(Arrays.asList(words));
        commands.require(command, "");
    }

    @Override
    public void close() throws IOException {
        IOException first = null;
        for (AutoCloseable thing : things.reversed()) {
            try {
                thing.close();
            } catch (Exception e) {
                first = first == null ? new IOException(e) : first;
            }
        }
        for (String namespace : namespaces.reversed()) {
            try {
                ip("netns", "del", namespace);
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
