package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import io.brume.common.tls.Certificates;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Volumes served to clients that are no instance. */
public final class Servings {
    private final Cloud cloud;

    public Servings(Cloud cloud) {
        this.cloud = requireNonNull(cloud);
    }

    /**
     * A serving as the cloud tells of it.
     *
     * @param state attaching, attached or detaching
     * @param fingerprint of the client's certificate
     * @param door where it is reached; empty while nobody is let in
     */
    public record Serving(
            String nodeId,
            String hostName,
            String state,
            Instant until,
            String fingerprint,
            Optional<Door> door) {}

    /**
     * Where a volume is reached.
     *
     * @param authority that signed the server's certificate
     */
    public record Door(String address, X509Certificate authority) {}

    /**
     * What the cloud has certified.
     *
     * @param authority that signed it, and nothing else
     */
    public record Certified(X509Certificate client, X509Certificate authority) {}

    /**
     * Asks for a volume to be served.
     *
     * @param request PKCS#10, DER
     * @param nodeId empty = whichever the cloud chooses
     */
    public Certified begin(
            String volumeId, byte[] request, String nodeId, Duration time, boolean readOnly) {
        var input = new HashMap<String, Object>();
        input.put("VolumeId", volumeId);
        input.put("CertificateRequest", Base64.getEncoder().encodeToString(request));
        input.put("Seconds", time.toSeconds());
        input.put("ReadOnly", readOnly);
        if (!nodeId.isEmpty()) {
            input.put("NodeId", nodeId);
        }
        Map<String, Object> answer = cloud.brume("ServeVolume", input);
        return new Certified(certificate(answer, "Certificate"), certificate(answer, "Authority"));
    }

    /** How a volume is served; empty when it is not. */
    public Optional<Serving> find(String volumeId) {
        Map<String, Object> answer = cloud.brume("ShowVolume", Map.of("VolumeId", volumeId));
        return member(answer, "Volume")
                .flatMap(volume -> member(volume, "Serving"))
                .map(Servings::serving);
    }

    private static Serving serving(Map<String, Object> shown) {
        return new Serving(
                text(shown, "NodeId"),
                text(shown, "HostName"),
                text(shown, "State"),
                Instant.parse(text(shown, "Until")),
                text(shown, "Fingerprint"),
                shown.containsKey("Address")
                        ? Optional.of(
                                new Door(
                                        text(shown, "Address"),
                                        certificate(shown, "ServerAuthority")))
                        : Optional.empty());
    }

    /**
     * Ends a serving.
     *
     * @param fingerprint of the client whose serving is meant; empty = whosever it is
     */
    public void end(String volumeId, String fingerprint) {
        cloud.brume("UnserveVolume", Map.of("VolumeId", volumeId, "Fingerprint", fingerprint));
    }

    /**
     * The id of an agent.
     *
     * @param nameOrId a node's id, or the name of the host that the agent is on
     */
    public String node(String nameOrId) {
        if (nameOrId.matches("node-[0-9a-f]{17}")) {
            return nameOrId;
        }
        List<String> ids =
                cloud.brumeList("ListNodes", "Nodes").stream()
                        .filter(node -> text(node, "HostName").equals(nameOrId))
                        .filter(node -> text(node, "Role").equals("node-agent"))
                        .filter(node -> text(node, "State").equals("connected"))
                        .map(node -> text(node, "NodeId"))
                        .toList();
        if (ids.size() != 1) {
            throw CliException.usage(
                    "%d connected hosts are called %s".formatted(ids.size(), nameOrId),
                    "name one by its id; see: brume node list");
        }
        return ids.getFirst();
    }

    private static Optional<Map<String, Object>> member(Map<String, Object> of, String name) {
        Object value = of.get(name);
        return value == null
                ? Optional.empty()
                : Cloud.objects(List.of(value)).stream().findFirst();
    }

    private static String text(Map<String, Object> of, String name) {
        return String.valueOf(of.getOrDefault(name, ""));
    }

    private static X509Certificate certificate(Map<String, Object> of, String name) {
        try {
            return Certificates.parse(Base64.getDecoder().decode(text(of, name)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CliException(
                    "the cloud's answer has no certificate " + name,
                    "report it with the cloud's version",
                    CliException.GENERAL,
                    e);
        }
    }
}
