package io.brume.node.instance.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The lines were recorded from QEMU 7.2.22. */
class QmpMessageTest {
    @Test
    void greeting() throws IOException {
        assertThat(
                        QmpMessage.parse(
                                """
                                {"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7},\
                                 "package": "Debian 1:7.2+dfsg-7+deb12u18+b3"}, "capabilities":\
                                 ["oob"]}}\
                                """))
                .isEqualTo(new QmpMessage.Greeting("7.2.22"));
    }

    @Test
    void reply() throws IOException {
        var message = QmpMessage.parse("{\"return\": {}, \"id\": \"system_powerdown\"}");
        assertThat(message).isInstanceOf(QmpMessage.Reply.class);
        assertThat(((QmpMessage.Reply) message).id()).isEqualTo("system_powerdown");
    }

    @Test
    void refusal() throws IOException {
        assertThat(
                        QmpMessage.parse(
                                "{\"id\": \"7\", \"error\": {\"class\": \"CommandNotFound\","
                                        + " \"desc\": \"The command foo has not been found\"}}"))
                .isEqualTo(
                        new QmpMessage.Refusal(
                                "7", "CommandNotFound", "The command foo has not been found"));
    }

    @Test
    void event() throws IOException {
        var message =
                (QmpMessage.Event)
                        QmpMessage.parse(
                                "{\"timestamp\": {\"seconds\": 1795178388, \"microseconds\":"
                                        + " 87432}, \"event\": \"SHUTDOWN\", \"data\": {\"guest\":"
                                        + " true, \"reason\": \"guest-shutdown\"}}");
        assertThat(message.name()).isEqualTo("SHUTDOWN");
        assertThat(message.data().path("guest").asBoolean()).isTrue();
        assertThat(message.data().path("reason").asText()).isEqualTo("guest-shutdown");
    }

    @Test
    void eventWithoutData() throws IOException {
        var message = (QmpMessage.Event) QmpMessage.parse("{\"event\": \"POWERDOWN\"}");
        assertThat(message.data().path("guest").asBoolean()).isFalse();
    }

    @Property(tries = 300)
    void anythingElseIsAnIoException(@ForAll String line) {
        assertThatThrownBy(() -> QmpMessage.parse(line)).isInstanceOf(IOException.class);
    }
}
