package io.brume.node.volume.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.brume.node.volume.FileVolume;
import io.brume.node.volume.OutsideAddress;
import io.brume.node.volume.OutsideOffer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who gets into a volume from outside, and for how long. */
@Timeout(60)
class OutsideDoorTest {
    private static final String VOLUME = "vol-0123456789abcdef0";
    private static final int REPLY_BYTES = 20;

    @TempDir private Path folder;
    private NbdVolumes volumes;
    private final CertificateAuthority clients =
            CertificateAuthority.create("clients", Time.system());
    private final Identity client = clients.issueClient(VOLUME, Duration.ofHours(1));

    @BeforeEach
    void open() throws IOException {
        volumes = FileVolume.served(folder.resolve("sockets"), folder);
        volumes.apply(FileVolume.want(VOLUME, 1, 1 << 20));
    }

    @AfterEach
    void close() {
        volumes.close();
    }

    private OutsideOffer offer(Instant until, boolean readOnly) {
        return new OutsideOffer(
                until,
                Certificates.fingerprint(client.certificate()),
                clients.certificate(),
                readOnly);
    }

    private OutsideAddress served() throws IOException {
        return served(offer(Instant.now().plusSeconds(3600), false));
    }

    private OutsideAddress served(OutsideOffer offer) throws IOException {
        volumes.offerOutside(VOLUME, offer);
        return volumes.outside(VOLUME).orElseThrow();
    }

    /** A client's way in: the greeting, TLS, and the choice of the export. */
    private static SSLSocket connect(OutsideAddress at, Identity who) throws Exception {
        var plain = new Socket(at.address().host(), at.address().port());
        try {
            plain.setSoTimeout(10_000);
            var in = new DataInputStream(plain.getInputStream());
            in.skipNBytes(18);
            ask(plain, Nbd.OPT_STARTTLS);
            in.skipNBytes(REPLY_BYTES);
            var context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {new IdentityKeyManager(() -> who)},
                    new TrustManager[] {Trust.authority(at.authority())},
                    null);
            var secured =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(
                                            plain, at.address().host(), at.address().port(), true);
            var parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            return secured;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /** The first option, after the flags. */
    private static void ask(Socket socket, int option) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        bytes.putInt(Nbd.FLAG_FIXED_NEWSTYLE | Nbd.FLAG_NO_ZEROES);
        bytes.putLong(Nbd.OPTION_MAGIC).putInt(option).putInt(0);
        socket.getOutputStream().write(bytes.array());
        socket.getOutputStream().flush();
    }

    /** Goes on to the transmission; the flags of the export. */
    private static int enter(SSLSocket secured) throws IOException {
        var out = new DataOutputStream(secured.getOutputStream());
        out.writeLong(Nbd.OPTION_MAGIC);
        out.writeInt(Nbd.OPT_GO);
        out.writeInt(6);
        out.writeInt(0);
        out.writeShort(0);
        out.flush();
        var in = new DataInputStream(secured.getInputStream());
        int flags = 0;
        while (true) {
            in.skipNBytes(12);
            int kind = in.readInt();
            byte[] data = in.readNBytes(in.readInt());
            if (kind == Nbd.REP_ACK) {
                return flags;
            }
            if (ByteBuffer.wrap(data).getShort() == Nbd.INFO_EXPORT) {
                flags = ByteBuffer.wrap(data).getShort(10) & 0xffff;
            }
        }
    }

    private static void write(SSLSocket secured, byte value) throws IOException {
        var out = new DataOutputStream(secured.getOutputStream());
        out.writeInt(Nbd.REQUEST_MAGIC);
        out.writeInt(Nbd.CMD_WRITE);
        out.writeLong(1);
        out.writeLong(0);
        out.writeInt(1);
        out.writeByte(value);
        out.flush();
    }

    private static int answer(SSLSocket secured) throws IOException {
        var in = new DataInputStream(secured.getInputStream());
        in.readInt();
        int error = in.readInt();
        in.readLong();
        return error;
    }

    private byte first() throws IOException {
        return Files.readAllBytes(folder.resolve(VOLUME + ".raw"))[0];
    }

    /** With TLS 1.3 a client hears of a refusal when it reads. */
    private static void assertRefused(OutsideAddress at, Identity who) {
        assertThatThrownBy(
                        () -> {
                            try (var secured = connect(at, who)) {
                                enter(secured);
                            }
                        })
                .isInstanceOf(IOException.class);
    }

    @Test
    void theClientThatIsExpectedReadsAndWrites() throws Exception {
        try (var secured = connect(served(), client)) {
            assertThat(enter(secured) & Nbd.SEND_READ_ONLY).isZero();
            write(secured, (byte) 7);
            assertThat(answer(secured)).isZero();
            assertThat(first()).isEqualTo((byte) 7);
        }
        var behind = folder.resolve("sockets").resolve(VOLUME + ".sock.tls");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(behind)))
                .isEqualTo("rw-------");
    }

    @Test
    void nobodyElseGetsIn() throws Exception {
        var at = served();
        assertRefused(at, clients.issueClient(VOLUME, Duration.ofHours(1)));
        var others = CertificateAuthority.create("clients", Time.system());
        assertRefused(at, others.issueClient(VOLUME, Duration.ofHours(1)));
        try (var plain = new Socket(at.address().host(), at.address().port())) {
            plain.setSoTimeout(10_000);
            plain.getInputStream().skipNBytes(18);
            ask(plain, Nbd.OPT_LIST);
            var reply = new DataInputStream(plain.getInputStream());
            reply.skipNBytes(12);
            assertThat(reply.readInt()).isEqualTo(Nbd.REP_ERR_TLS_REQD);
        }
    }

    @Test
    void whoMayOnlyReadChangesNothing() throws Exception {
        try (var secured = connect(served(offer(Instant.now().plusSeconds(3600), true)), client)) {
            assertThat(enter(secured) & Nbd.SEND_READ_ONLY).isNotZero();
            write(secured, (byte) 7);
            assertThat(answer(secured)).isEqualTo(Nbd.EPERM);
            assertThat(first()).isZero();
        }
    }

    @Test
    void whenItIsWithdrawnNothingIsTakenAnyMore() throws Exception {
        var at = served();
        try (var secured = connect(at, client)) {
            enter(secured);
            volumes.withdrawOutside(VOLUME);
            assertThat(volumes.outside(VOLUME)).isEmpty();
            assertThatThrownBy(
                            () -> {
                                write(secured, (byte) 7);
                                answer(secured);
                            })
                    .isInstanceOf(IOException.class);
        }
        assertRefused(at, client);
        assertThat(first()).isZero();
        try (var left = Files.list(folder.resolve("sockets"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void itEndsWhenItsTimeIsOver() throws Exception {
        Set<String> told = new CopyOnWriteArraySet<>();
        var at = served(offer(Instant.now().plusSeconds(3), false));
        try (var secured = connect(at, client)) {
            enter(secured);
            volumes.onChange(told::add);
            assertThat(secured.getInputStream().read()).isNegative();
        } catch (IOException e) {
            // As good an end.
            assertThat(e).hasMessageNotContaining("timed out");
        }
        await().until(() -> told.contains(VOLUME));
        assertThat(volumes.outside(VOLUME)).isEmpty();
        assertRefused(at, client);
        volumes.offerOutside(VOLUME, offer(Instant.now().minusSeconds(1), false));
        assertThat(volumes.outside(VOLUME)).isEmpty();
    }

    @Test
    void theSameOfferIsServedOnAndAnotherTakesItsPlace() throws Exception {
        var offer = offer(Instant.now().plusSeconds(3600), false);
        var at = served(offer);
        assertThat(served(offer)).isEqualTo(at);
        var next = clients.issueClient(VOLUME, Duration.ofHours(1));
        var elsewhere =
                served(
                        new OutsideOffer(
                                offer.until(),
                                Certificates.fingerprint(next.certificate()),
                                clients.certificate(),
                                false));
        assertRefused(at, client);
        assertRefused(elsewhere, client);
        try (var secured = connect(elsewhere, next)) {
            enter(secured);
        }
    }

    @Test
    void aHostServesABoundedNumber() throws Exception {
        var offer = offer(Instant.now().plusSeconds(3600), false);
        for (int i = 0; i < 64; i++) {
            var id = "vol-%017x".formatted(i);
            volumes.apply(FileVolume.want(id, 1, 1 << 20));
            volumes.offerOutside(id, offer);
        }
        assertThatThrownBy(() -> served(offer))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("64");
        volumes.release("vol-%017x".formatted(0));
        served(offer);
    }
}
