package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.brume.common.time.Time;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Keys;
import io.brume.common.tls.Trust;
import io.brume.control.api.admin.AdminApi.AdminOperation;
import io.brume.control.api.admin.ServingCalls;
import io.brume.control.api.admin.VolumeCalls;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.VolumeState;

/** Volumes for clients from outside: the operator's calls, and what AWS's show meanwhile. */
final class ServingTest extends BlockCloudTest {
    private static final int HOUR = 3600;

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, AdminOperation> admin = new HashMap<>();

    @BeforeEach
    void prepare() {
        admin.putAll(
                new ServingCalls(cloud.store, sightings, cloud.fleet, Time.system()).operations());
        admin.putAll(new VolumeCalls(cloud.store, sightings, cloud.fleet).operations());
    }

    private ObjectNode call(String operation, ObjectNode request) {
        var answer = json.createObjectNode();
        requireNonNull(admin.get(operation)).call(request, answer);
        return answer;
    }

    private ObjectNode request(String id, int seconds) {
        byte[] asked = Keys.request(Keys.generate(), "whoever");
        return json.createObjectNode()
                .put("VolumeId", id)
                .put("CertificateRequest", Base64.getEncoder().encodeToString(asked))
                .put("Seconds", seconds);
    }

    private ObjectNode serve(String id) {
        return call("ServeVolume", request(id, HOUR));
    }

    private ObjectNode named(String id) {
        return json.createObjectNode().put("VolumeId", id);
    }

    private ObjectNode served(String id) {
        return until(
                () -> (ObjectNode) call("ShowVolume", named(id)).at("/Volume"),
                volume -> volume.at("/Serving/State").asText().equals("attached"));
    }

    private void end(String id) {
        call("UnserveVolume", named(id));
        awaitVolume(id, VolumeState.AVAILABLE);
    }

    private static X509Certificate certificate(ObjectNode answer, String member)
            throws GeneralSecurityException {
        return Certificates.parse(Base64.getDecoder().decode(answer.path(member).asText()));
    }

    @Test
    void nobodyElseGetsAVolumeThatIsServed() {
        var instance = running().instanceId();
        var id = available(8);
        var begun = serve(id);
        assertThat(begun.at("/Serving/State").asText()).isEqualTo("attaching");
        assertThat(begun.at("/Serving/NodeId").asText()).isEqualTo(node(1).value());
        assertThat(begun.at("/Serving/Address").isMissingNode()).isTrue();
        var shown = served(id);
        assertThat(shown.at("/Serving/Address").asText()).isEqualTo("127.0.0.1:1");
        assertThat(shown.at("/Serving/ServerAuthority").asText()).isNotEmpty();
        assertThat(Instant.parse(shown.at("/Serving/Until").asText()))
                .isBetween(Instant.now().plusSeconds(HOUR - 60), Instant.now().plusSeconds(HOUR));
        var outside = cloud.fleet.desired(node(1), id).orElseThrow().getVolume().getOutside();
        assertThat(outside.getClientFingerprint())
                .isEqualTo(shown.at("/Serving/Fingerprint").asText());

        assertThat(volume(id).state()).isEqualTo(VolumeState.IN_USE);
        assertThat(volume(id).attachments()).isEmpty();
        assertFails(
                "VolumeInUse",
                () ->
                        ec2.attachVolume(
                                b -> b.volumeId(id).instanceId(instance).device("/dev/sdf")));
        assertFails("VolumeInUse", () -> ec2.deleteVolume(b -> b.volumeId(id)));
        assertFails("VolumeInUse", () -> serve(id));
        assertFails("IncorrectState", () -> ec2.detachVolume(b -> b.volumeId(id)));
        assertThat(awaitSnapshot(ec2.createSnapshot(b -> b.volumeId(id)).snapshotId()).volumeId())
                .as("as of any volume in use")
                .isEqualTo(id);

        end(id);
        assertThat(call("ShowVolume", named(id)).at("/Volume/Serving").isMissingNode()).isTrue();
        ec2.attachVolume(b -> b.volumeId(id).instanceId(instance).device("/dev/sdf"));
        awaitAttachment(id, "attached");
        assertFails("VolumeInUse", () -> serve(id));
        assertFails("IncorrectState", () -> call("UnserveVolume", named(id)));
    }

    @Test
    void aCertificateIsOfUseForItsOwnServingAlone() throws Exception {
        var id = available(1);
        var first = serve(id);
        served(id);
        end(id);
        var second = serve(id);
        var client = certificate(first, "Certificate");
        assertThat(Certificates.commonName(client)).isEqualTo(id);
        assertThat(client.getNotAfter().toInstant())
                .isBefore(Instant.now().plus(Duration.ofHours(1)));
        var own = Trust.client(certificate(first, "Authority"), Certificates.fingerprint(client));
        X509Certificate[] chain = {client};
        own.checkClientTrusted(chain, "EC");
        assertThatThrownBy(() -> own.checkServerTrusted(chain, "EC"))
                .isInstanceOf(CertificateException.class);
        var later =
                Trust.client(certificate(second, "Authority"), Certificates.fingerprint(client));
        assertThatThrownBy(() -> later.checkClientTrusted(chain, "EC"))
                .as("refused by the chain alone")
                .isInstanceOf(CertificateException.class);
        var another =
                Trust.client(
                        certificate(first, "Authority"),
                        Certificates.fingerprint(certificate(second, "Certificate")));
        assertThatThrownBy(() -> another.checkClientTrusted(chain, "EC"))
                .isInstanceOf(CertificateException.class);
        end(id);
    }

    @Test
    void whoeverEndsTheirOwnServingDoesNotEndTheNextOne() {
        var id = available(1);
        var first = serve(id).at("/Serving/Fingerprint").asText();
        call("UnserveVolume", named(id).put("Fingerprint", first));
        awaitVolume(id, VolumeState.AVAILABLE);
        serve(id);
        served(id);
        assertFails(
                "IncorrectState", () -> call("UnserveVolume", named(id).put("Fingerprint", first)));
        served(id);
        end(id);
    }

    @Test
    void itEndsByItself() {
        var id = available(1);
        call("ServeVolume", request(id, 1));
        awaitVolume(id, VolumeState.AVAILABLE);
    }

    @Test
    void whatCannotBeIsRefused() {
        var id = available(1);
        for (int seconds : new int[] {0, -1, 86_401}) {
            assertFails("ValidationException", () -> call("ServeVolume", request(id, seconds)));
        }
        for (var wrong : new String[] {"", "!", "AAAA", "A".repeat(20_000)}) {
            var request = request(id, HOUR).put("CertificateRequest", wrong);
            assertFails("ValidationException", () -> call("ServeVolume", request));
        }
        assertFails("ValidationException", () -> serve("vol-1"));
        assertFails("ResourceNotFoundException", () -> serve("vol-0123456789abcdef0"));
        assertFails(
                "ValidationException",
                () -> call("ServeVolume", request(id, HOUR).put("NodeId", "host-a")));
        for (int wrong : new int[] {2, 10, 99}) {
            var request = request(id, HOUR).put("NodeId", node(wrong).value());
            assertFails("IncorrectState", () -> call("ServeVolume", request));
        }
        assertThat(volume(id).state()).isEqualTo(VolumeState.AVAILABLE);
    }

    @Test
    void anAgentServesABoundedNumber() {
        Assumptions.assumeTrue(way == TestCloud.Way.STRAIGHT, "once is enough");
        var ids =
                IntStream.range(0, 65)
                        .mapToObj(i -> ec2.createVolume(b -> b.availabilityZone(ZONE).size(1)))
                        .map(made -> made.volumeId())
                        .toList();
        ids.forEach(id -> awaitVolume(id, VolumeState.AVAILABLE));
        var last = ids.getLast();
        ids.subList(0, 64).forEach(this::serve);
        assertFails(
                "LimitExceededException",
                () -> call("ServeVolume", request(last, HOUR).put("NodeId", node(1).value())));
        assertFails("IncorrectState", () -> serve(last));
        end(ids.getFirst());
        serve(last);
        ids.subList(1, 65).forEach(id -> call("UnserveVolume", named(id)));
        ids.forEach(id -> awaitVolume(id, VolumeState.AVAILABLE));
    }
}
