package io.brume.control.fleet.grpc;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Identity;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who the control plane is to storage nodes that it dials; replaced in time. Thread-safe. */
public final class ControlPlaneIdentity implements Supplier<Identity> {
    private static final Duration CERTIFICATE_LIFE = Duration.ofDays(90);

    private final CertificateAuthority authority;
    private final Time time;
    private @Nullable Identity identity;

    public ControlPlaneIdentity(CertificateAuthority authority, Time time) {
        this.authority = requireNonNull(authority);
        this.time = requireNonNull(time);
    }

    @Override
    public synchronized Identity get() {
        if (identity == null || identity.isDueForRenewal(time)) {
            identity = authority.issueClient(GrpcFleet.SERVER_NAME, CERTIFICATE_LIFE);
        }
        return identity;
    }
}
