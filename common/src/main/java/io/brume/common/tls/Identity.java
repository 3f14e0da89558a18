package io.brume.common.tls;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Who a program is: its private key and the certificates that say so.
 *
 * @param chain the program's own certificate first, the authority's last
 */
public record Identity(PrivateKey key, List<X509Certificate> chain) {
    public Identity {
        requireNonNull(key);
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("an identity needs a certificate");
        }
    }

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** The authority that vouches for it. */
    public X509Certificate authority() {
        return chain.getLast();
    }

    /** The common name of the certificate. */
    public String name() {
        return Certificates.commonName(certificate());
    }

    /** Whether two thirds of its life are over, so that it should be replaced now. */
    public boolean isDueForRenewal(Time time) {
        Instant from = certificate().getNotBefore().toInstant();
        Instant to = certificate().getNotAfter().toInstant();
        Duration life = Duration.between(from, to);
        return time.now().isAfter(from.plus(life.multipliedBy(2).dividedBy(3)));
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "Identity[" + name() + "]";
    }
}
