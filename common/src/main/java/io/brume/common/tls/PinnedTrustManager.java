package io.brume.common.tls;

import static java.util.Objects.requireNonNull;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Believes servers of the one authority that has the right fingerprint, and no clients. */
final class PinnedTrustManager extends ServerTrustManager {
    private final String fingerprint;

    PinnedTrustManager(String fingerprint) {
        this.fingerprint = requireNonNull(fingerprint);
    }

    private X509ExtendedTrustManager authorityOf(X509Certificate[] chain)
            throws CertificateException {
        X509Certificate last = chain[chain.length - 1];
        if (!MessageDigest.isEqual(
                Certificates.fingerprint(last).getBytes(StandardCharsets.US_ASCII),
                fingerprint.getBytes(StandardCharsets.US_ASCII))) {
            throw new CertificateException(
                    "the server belongs to another cloud than the join token");
        }
        return Trust.authority(last);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        authorityOf(chain).checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        authorityOf(chain).checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        authorityOf(chain).checkServerTrusted(chain, type);
    }
}
