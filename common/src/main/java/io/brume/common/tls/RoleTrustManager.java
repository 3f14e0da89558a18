package io.brume.common.tls;

import static java.util.Objects.requireNonNull;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes every program of one role, whichever side of a connection it is on. A node's certificate
 * is a client's, so the authority is asked as for a client.
 */
final class RoleTrustManager extends ChainTrustManager {
    private final X509ExtendedTrustManager authority;
    private final String role;

    RoleTrustManager(X509ExtendedTrustManager authority, String role) {
        this.authority = requireNonNull(authority);
        this.role = requireNonNull(role);
    }

    @Override
    void checkServer(X509Certificate[] chain) throws CertificateException {
        checkClient(chain);
    }

    @Override
    void checkClient(X509Certificate[] chain) throws CertificateException {
        authority.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
        if (!Certificates.role(chain[0]).equals(role)) {
            throw new CertificateException(Certificates.commonName(chain[0]) + " is no " + role);
        }
    }
}
