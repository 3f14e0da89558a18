package io.brume.node.instance.qemu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;

/**
 * What QEMU says, one line each.
 *
 * <p>Source: QEMU's docs/interop/qmp-spec.
 */
sealed interface QmpMessage {
    ObjectMapper JSON = new ObjectMapper();

    /** The first thing said. */
    record Greeting(String version) implements QmpMessage {}

    /** A command has been done. */
    record Reply(String id, JsonNode value) implements QmpMessage {}

    /** A command has not been done; the id is empty when it was not understood at all. */
    record Refusal(String id, String errorClass, String description) implements QmpMessage {}

    /** Something happened; may come between a command and its reply. */
    record Event(String name, JsonNode data) implements QmpMessage {}

    static QmpMessage parse(String line) throws IOException {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IOException("not a QMP message: " + abbreviated(line), e);
        }
        if (node.has("return")) {
            return new Reply(node.path("id").asText(), node.get("return"));
        }
        if (node.has("error")) {
            JsonNode error = node.get("error");
            return new Refusal(
                    node.path("id").asText(),
                    error.path("class").asText(),
                    error.path("desc").asText());
        }
        if (node.has("event")) {
            JsonNode data = node.path("data");
            return new Event(
                    node.get("event").asText(),
                    data.isMissingNode() ? MissingNode.getInstance() : data);
        }
        if (node.has("QMP")) {
            JsonNode version = node.path("QMP").path("version").path("qemu");
            return new Greeting(
                    "%d.%d.%d"
                            .formatted(
                                    version.path("major").asInt(),
                                    version.path("minor").asInt(),
                                    version.path("micro").asInt()));
        }
        throw new IOException("not a QMP message: " + abbreviated(line));
    }

    private static String abbreviated(String line) {
        return line.length() <= 200 ? line : line.substring(0, 200) + "…";
    }
}
