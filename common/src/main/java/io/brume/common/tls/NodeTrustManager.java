package io.brume.common.tls;

import static java.util.Objects.requireNonNull;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes one node of the cloud as a server, and no clients. A node's certificate is a client's,
 * whichever side of a connection it is on, so the authority is asked as for a client.
 */
final class NodeTrustManager extends ChainTrustManager {
    private final X509ExtendedTrustManager authority;
    private final String name;

    NodeTrustManager(X509ExtendedTrustManager authority, String name) {
        this.authority = requireNonNull(authority);
        this.name = requireNonNull(name);
    }

    @Override
    void checkServer(X509Certificate[] chain) throws CertificateException {
        authority.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
        String shown = Certificates.commonName(chain[0]);
        if (!shown.equals(name)) {
            throw new CertificateException("the other end is " + shown + ", not " + name);
        }
    }

    @Override
    void checkClient(X509Certificate[] chain) throws CertificateException {
        throw new CertificateException("who dials trusts no clients");
    }
}
