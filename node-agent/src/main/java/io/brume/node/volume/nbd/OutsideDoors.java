package io.brume.node.volume.nbd;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.brume.node.volume.OutsideAddress;
import io.brume.node.volume.OutsideOffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Opens volumes to clients that are no guests of this host: a {@link TlsBridge} each, with a
 * certificate that is made for it and whose authority is forgotten at once. Thread-safe.
 */
public final class OutsideDoors {
    /** So many volumes at the same time. */
    private static final int MOST = 64;

    private final HostPort listen;
    private final HostAddress host;
    private final Time time;
    private final Semaphore room = new Semaphore(MOST);

    /**
     * How this host is called by who dials it.
     *
     * @param reachedAt an address or a name
     * @param name what people call the host
     */
    public record HostAddress(String reachedAt, String name) {
        public HostAddress {
            requireNonNull(reachedAt);
            requireNonNull(name);
        }
    }

    /**
     * @param listen port 0 = any free one for each volume
     */
    public OutsideDoors(HostPort listen, HostAddress host, Time time) {
        this.listen = requireNonNull(listen);
        this.host = requireNonNull(host);
        this.time = requireNonNull(time);
    }

    /** Those of a host that nobody outside of it reaches. */
    public static OutsideDoors onLoopback() {
        return new OutsideDoors(
                new HostPort("127.0.0.1", 0),
                new HostAddress("127.0.0.1", "localhost"),
                Time.system());
    }

    /** What is left of the time of an offer; not positive when it is over. */
    Duration left(OutsideOffer offer) {
        return Duration.between(time.now(), offer.until());
    }

    /**
     * Lets a client in.
     *
     * @param server see {@link NbdServer#listenForBridge}
     * @throws IOException with a reason for people
     */
    Door open(String volumeId, OutsideOffer offer, Path server) throws IOException {
        if (!room.tryAcquire()) {
            throw new IOException(
                    "%d volumes are served to clients outside of the cloud already"
                            .formatted(MOST));
        }
        try {
            var authority = CertificateAuthority.create("server." + volumeId, time);
            Identity identity = authority.issueServer(names(volumeId), addresses(), left(offer));
            var bridge =
                    TlsBridge.start(
                            new InetSocketAddress(
                                    InetAddress.getByName(listen.host()), listen.port()),
                            new IdentityKeyManager(() -> identity),
                            Trust.client(offer.authority(), offer.clientFingerprint()),
                            server,
                            NbdLimits.STANDARD);
            return new Door(
                    bridge,
                    new OutsideAddress(
                            new HostPort(host.reachedAt(), bridge.port()),
                            authority.certificate()));
        } catch (IOException | RuntimeException e) {
            room.release();
            throw new IOException("cannot listen at %s: %s".formatted(listen, e.getMessage()), e);
        }
    }

    /** The volume's own comes first: it is a name that a certificate can always have. */
    private List<String> names(String volumeId) {
        return Stream.of(volumeId, host.name(), host.reachedAt())
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(CertificateAuthority::isName)
                .distinct()
                .toList();
    }

    private List<InetAddress> addresses() throws IOException {
        var reached = InetAddress.getByName(host.reachedAt());
        boolean everywhere = InetAddress.getByName(listen.host()).isAnyLocalAddress();
        return everywhere && !reached.isLoopbackAddress()
                ? List.of(reached, InetAddress.getLoopbackAddress())
                : List.of(reached);
    }

    /** An open one. */
    final class Door implements AutoCloseable {
        private final TlsBridge bridge;
        private final OutsideAddress address;
        private final AtomicBoolean closed = new AtomicBoolean();

        Door(TlsBridge bridge, OutsideAddress address) {
            this.bridge = requireNonNull(bridge);
            this.address = requireNonNull(address);
        }

        OutsideAddress address() {
            return address;
        }

        /** Nobody gets in any more, and nobody who was in is heard. Does not wait. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                bridge.close();
                room.release();
            }
        }
    }
}
