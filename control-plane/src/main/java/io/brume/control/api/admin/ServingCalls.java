package io.brume.control.api.admin;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.brume.common.aws.Fault;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Certificates;
import io.brume.control.api.admin.AdminApi.AdminOperation;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Serving;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.fleet.AgentChoice;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.Fleet;
import io.brume.control.state.Rows;
import io.brume.control.state.Volumes;
import io.brume.control.store.codec.VolumeTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volumes for clients that are no instance. Each serving has an authority of its own, which signs
 * the client's certificate and is forgotten: its key is never written anywhere, and what it signed
 * is of no use for another volume, for another serving, or in the cloud.
 */
public final class ServingCalls {
    /** An agent serves so many volumes to clients from outside at most. */
    static final int MOST_OF_AN_AGENT = 64;

    private static final Logger log = LoggerFactory.getLogger(ServingCalls.class);
    private static final int LONGEST_REQUEST = 16_384;

    private final Store store;
    private final Fleet fleet;
    private final Time time;
    private final ServingView view;

    public ServingCalls(Store store, BlockSightings sightings, Fleet fleet, Time time) {
        this.store = requireNonNull(store);
        this.fleet = requireNonNull(fleet);
        this.time = requireNonNull(time);
        this.view = new ServingView(sightings, fleet);
    }

    /** By name. */
    public Map<String, AdminOperation> operations() {
        return Map.of("ServeVolume", this::serve, "UnserveVolume", this::unserve);
    }

    private void serve(JsonNode request, ObjectNode answer) {
        var id = VolumeCalls.id(request);
        var life = life(request);
        var asked = asked(request);
        boolean readOnly = request.path("ReadOnly").asBoolean(false);
        var now = time.now().truncatedTo(ChronoUnit.MILLIS);
        var chain = certify(id, request, life);
        var client =
                new Serving.Client(
                        Certificates.fingerprint(chain.getFirst()), base64(chain.getLast()));
        var volume =
                store.transact(tx -> {
                    var before = visible(tx, id);
                    Volumes.demandAvailable(before);
                    var node = asked.orElseGet(() -> chosen(tx, before));
                    demandAgent(tx, node, before);
                    var serving =
                            Serving.asked(
                                    node, now.plus(life), client, readOnly, tx.revision(), now);
                    var after = before.served(serving);
                    Volumes.put(tx, after);
                    return after;
                });
        var serving = volume.serving().orElseThrow();
        log.info(
                "{} is to be served by {} to a client from outside until {}",
                id,
                serving.node(),
                serving.until());
        view.show(volume, serving, answer.putObject("Serving"));
        answer.put("Certificate", base64(chain.getFirst()))
                .put("Authority", base64(chain.getLast()));
    }

    private void unserve(JsonNode request, ObjectNode answer) {
        var id = VolumeCalls.id(request);
        var mine = request.path("Fingerprint").asText("");
        var now = time.now().truncatedTo(ChronoUnit.MILLIS);
        var volume =
                store.transact(tx -> {
                    var before = visible(tx, id);
                    var serving =
                            before.serving()
                                    // Whoever ends its own does not end the one that came after.
                                    .filter(one ->
                                            mine.isEmpty()
                                                    || one.client().fingerprint().equals(mine))
                                    .orElseThrow(() -> notServed(id));
                    var after =
                            before.with(
                                    serving.after(
                                            AttachmentState.Event.DETACH_REQUESTED,
                                            tx.revision(),
                                            now));
                    Volumes.put(tx, after);
                    return after;
                });
        log.info("{} is to be served to no client from outside any more", id);
        view.show(volume, volume.serving().orElseThrow(), answer.putObject("Serving"));
    }

    private static Fault notServed(VolumeId id) {
        return Fault.conflict(
                "IncorrectState",
                "The volume '%s' is not served to that client outside of the cloud.".formatted(id));
    }

    /** One that users know of. */
    private static Volume visible(ReadTransaction tx, VolumeId id) {
        var volume = VolumeCalls.require(tx, id);
        if (volume.hidden()) {
            throw id.notFound();
        }
        return volume;
    }

    private static Duration life(JsonNode request) {
        long seconds = request.path("Seconds").asLong(0);
        if (seconds < 1 || seconds > Serving.LONGEST.toSeconds()) {
            throw Fault.invalid(
                    "ValidationException",
                    "Seconds must be 1 to %d.".formatted(Serving.LONGEST.toSeconds()));
        }
        return Duration.ofSeconds(seconds);
    }

    private List<X509Certificate> certify(VolumeId id, JsonNode request, Duration life) {
        var text = request.path("CertificateRequest").asText("");
        try {
            if (text.length() > LONGEST_REQUEST) {
                throw new GeneralSecurityException("too long");
            }
            byte[] asked = Base64.getDecoder().decode(text);
            return CertificateAuthority.create("clients." + id, time)
                    .certifyClient(asked, id.value(), life);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            log.debug("{}: a certificate request is refused", id, e);
            throw Fault.invalid(
                    "ValidationException",
                    "CertificateRequest must be a PKCS #10 request of a key on the curve P-256, DER"
                            + " in base64.");
        }
    }

    private static String base64(X509Certificate certificate) {
        return Base64.getEncoder().encodeToString(Certificates.encode(certificate));
    }

    private static Optional<NodeId> asked(JsonNode request) {
        var text = request.path("NodeId").asText("");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!NodeId.isNodeId(text)) {
            throw Fault.invalid(
                    "ValidationException", "NodeId must look like node-0123456789abcdef0.");
        }
        return Optional.of(new NodeId(text));
    }

    private NodeId chosen(ReadTransaction tx, Volume volume) {
        return AgentChoice.of(volume, fleet.connected(), agent -> hasRoom(tx, agent))
                .orElseThrow(() ->
                        Fault.conflict(
                                "IncorrectState",
                                "No host of the zone %s can serve the volume '%s' now."
                                        .formatted(volume.zone(), volume.id())));
    }

    private void demandAgent(ReadTransaction tx, NodeId node, Volume volume) {
        boolean fit =
                AgentChoice.of(volume, fleet.connected(), agent -> agent.equals(node)).isPresent();
        if (!fit) {
            throw Fault.conflict(
                    "IncorrectState",
                    "%s is no connected host of the zone %s.".formatted(node, volume.zone()));
        }
        if (!hasRoom(tx, node)) {
            throw Fault.quota(
                    "LimitExceededException",
                    "%s serves as many volumes to clients outside of the cloud as it may: %d."
                            .formatted(node, MOST_OF_AN_AGENT));
        }
    }

    private static boolean hasRoom(ReadTransaction tx, NodeId agent) {
        return Rows.of(tx, VolumeTables.VOLUMES, VolumeTables.VOLUMES_BY_NODE, agent).stream()
                        .flatMap(volume -> volume.serving().stream())
                        .filter(serving -> serving.node().equals(agent))
                        .count()
                < MOST_OF_AN_AGENT;
    }
}
