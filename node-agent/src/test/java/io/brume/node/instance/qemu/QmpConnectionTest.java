package io.brume.node.instance.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a QEMU that says what the test wants it to. */
class QmpConnectionTest {
    @TempDir private Path folder;
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final QmpConnection.Listener listener =
            new QmpConnection.Listener() {
                @Override
                public void event(QmpMessage.Event event) {
                    told.add(event.name());
                }

                @Override
                public void end() {
                    told.add("end");
                }
            };

    private interface Script {
        void play(Peer peer) throws IOException;
    }

    private record Peer(SocketChannel channel, BufferedReader in) {
        String id() throws IOException {
            JsonNode command = QmpMessage.JSON.readTree(in.readLine());
            return command.path("id").asText();
        }

        void say(String text) throws IOException {
            channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
        }
    }

    private QmpConnection connect(Script script) throws IOException {
        Path socket = folder.resolve("qmp.sock");
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual()
                .start(() -> {
                    try (server;
                            var channel = server.accept()) {
                        var peer =
                                new Peer(
                                        channel,
                                        new BufferedReader(Channels.newReader(channel, UTF_8)));
                        peer.say("{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7}}}}\r\n");
                        peer.say("{\"return\": {}, \"id\": \"" + peer.id() + "\"}\r\n");
                        script.play(peer);
                    } catch (IOException e) {
                        told.add("script failed: " + e);
                    }
                });
        return QmpConnection.open(socket, listener);
    }

    @Test
    void repliesAreFoundAmongEventsAndInPieces() throws Exception {
        try (var connection =
                connect(peer -> {
                    String id = peer.id();
                    peer.say("{\"event\": \"RESET\"}\n{\"retu");
                    peer.say("rn\": {\"status\": \"running\"}, \"id\": \"" + id + "\"}\n");
                    peer.say("{\"event\": \"STOP\"}\n");
                })) {
            assertThat(connection.execute("query-status", Map.of()).path("status").asText())
                    .isEqualTo("running");
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("RESET");
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("STOP");
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("end");
        }
    }

    @Test
    void refusalIsAnError() throws Exception {
        try (var connection =
                connect(peer ->
                        peer.say(
                                "{\"error\": {\"desc\": \"no such device\"}, \"id\": \""
                                        + peer.id()
                                        + "\"}\n"))) {
            assertThatThrownBy(() -> connection.execute("x", Map.of()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no such device");
        }
    }

    @Test
    void silenceAndEndAreErrors() throws Exception {
        try (var connection = connect(Peer::id)) {
            assertThatThrownBy(() -> connection.execute("x", Map.of()))
                    .isInstanceOf(IOException.class);
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("end");
            assertThatThrownBy(() -> connection.execute("y", Map.of(), Duration.ofMillis(50)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void garbageEndsTheConversation() throws Exception {
        try (var connection =
                connect(peer -> {
                    peer.id();
                    peer.say("this is not JSON\n");
                    peer.in().read();
                })) {
            assertThatThrownBy(() -> connection.execute("x", Map.of()))
                    .isInstanceOf(IOException.class);
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("end");
        }
    }
}
