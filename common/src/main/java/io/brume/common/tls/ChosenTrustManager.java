package io.brume.common.tls;

import static java.util.Objects.requireNonNull;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Predicate;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes those whom the authority has certified and a rule accepts, whichever side of a
 * connection they are on. A node's certificate is a client's, so the authority is asked as for a
 * client.
 */
final class ChosenTrustManager extends ChainTrustManager {
    private final X509ExtendedTrustManager authority;
    private final Predicate<X509Certificate> rule;
    private final String who;

    /**
     * @param who the rule accepts, for people
     */
    ChosenTrustManager(
            X509ExtendedTrustManager authority, Predicate<X509Certificate> rule, String who) {
        this.authority = requireNonNull(authority);
        this.rule = requireNonNull(rule);
        this.who = requireNonNull(who);
    }

    @Override
    void checkServer(X509Certificate[] chain) throws CertificateException {
        checkClient(chain);
    }

    @Override
    void checkClient(X509Certificate[] chain) throws CertificateException {
        authority.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
        if (!rule.test(chain[0])) {
            throw new CertificateException(
                    "this is for " + who + ", not " + Certificates.commonName(chain[0]));
        }
    }
}
