package io.brume.storage.object.engine;

import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Identity;
import io.brume.storage.TestPorts;
import io.brume.storage.object.engine.EngineMap.Node;
import io.brume.storage.peers.PeerChannels;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** Three storage nodes as programs on this machine. */
final class EngineCluster implements AutoCloseable {
    static final List<String> NAMES = List.of("one", "two", "three");
    private static final Duration SOON = Duration.ofSeconds(60);

    final EngineMap map;
    private final Path folder;
    private final Path disk;
    private final Map<String, Process> running = new HashMap<>();
    private String keepers = "one";

    /**
     * @param folder for what is said, and what the nodes are given
     * @param disk for what they keep
     */
    EngineCluster(Path folder, Path disk) throws IOException {
        this.folder = folder;
        this.disk = disk;
        CertificateAuthority authority = CertificateAuthority.create("test", Time.system());
        Files.write(folder.resolve("authority.key"), authority.privateKey());
        Files.write(folder.resolve("authority.der"), Certificates.encode(authority.certificate()));
        List<Node> nodes = new ArrayList<>();
        for (String name : NAMES) {
            nodes.add(new Node(name, TestPorts.free(), TestPorts.free()));
        }
        map = new EngineMap(nodes);
    }

    /** For calls of the nodes, as another of them. */
    PeerChannels channels() throws Exception {
        Identity identity = EngineNode.identity(folder, "judge");
        PeerChannels channels = new PeerChannels(1 << 20);
        channels.joined(() -> identity);
        return channels;
    }

    /** What a node keeps. */
    Path folder(String name) {
        return disk.resolve(name);
    }

    /** Starts nodes, all at once; returns when they serve. */
    void start(int unnamedSeconds, List<String> names) throws IOException {
        for (String name : names) {
            Path said = folder.resolve(name + ".out");
            Files.deleteIfExists(said);
            Path temporary = Files.createDirectories(folder.resolve("tmp"));
            running.put(
                    name,
                    new ProcessBuilder(
                                    ProcessHandle.current().info().command().orElseThrow(),
                                    "--enable-native-access=ALL-UNNAMED",
                                    "--sun-misc-unsafe-memory-access=allow",
                                    "-XX:TieredStopAtLevel=1",
                                    "-XX:+UseSerialGC",
                                    "-Xmx200m",
                                    // Killed, it leaves what it has unpacked.
                                    "-Djava.io.tmpdir=" + temporary,
                                    "-cp",
                                    System.getProperty(
                                            "surefire.test.class.path",
                                            System.getProperty("java.class.path")),
                                    EngineNode.class.getName(),
                                    folder.toString(),
                                    folder(name).toString(),
                                    map.toString(),
                                    Integer.toString(unnamedSeconds))
                            .redirectError(folder.resolve(name + ".err").toFile())
                            .redirectOutput(said.toFile())
                            .start());
        }
        for (String name : names) {
            await(name, "ready");
            tell(name);
        }
    }

    private void await(String name, String word) {
        Path said = folder.resolve(name + ".out");
        Awaitility.await(name + " is " + word)
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> Files.exists(said) && Files.readString(said).contains(word));
    }

    /** Has all nodes keep the index. */
    void grow() {
        keepers = String.join(",", NAMES);
        NAMES.forEach(this::tell);
        joined();
    }

    /** Returns when all know who leads the index. */
    void joined() {
        NAMES.forEach(name -> await(name, "joined " + NAMES.size()));
    }

    String keepers() {
        return keepers;
    }

    private void tell(String name) {
        Process process = running.get(name);
        if (process != null) {
            var words = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
            words.println(keepers);
        }
    }

    void kill(String name) throws InterruptedException {
        Process process = running.remove(name);
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() throws InterruptedException {
        for (String name : NAMES) {
            kill(name);
        }
    }
}
