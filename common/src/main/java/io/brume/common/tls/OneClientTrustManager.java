package io.brume.common.tls;

import static java.util.Objects.requireNonNull;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Believes the one client whose certificate has the right fingerprint, and no servers. */
final class OneClientTrustManager extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager authority;
    private final byte[] fingerprint;

    OneClientTrustManager(X509ExtendedTrustManager authority, String fingerprint) {
        this.authority = requireNonNull(authority);
        this.fingerprint = fingerprint.getBytes(StandardCharsets.US_ASCII);
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        String shown = Certificates.fingerprint(chain[0]);
        if (!MessageDigest.isEqual(shown.getBytes(StandardCharsets.US_ASCII), fingerprint)) {
            throw new CertificateException("not the client that is expected");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        authority.checkClientTrusted(chain, type, engine);
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        authority.checkClientTrusted(chain, type, socket);
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        authority.checkClientTrusted(chain, type);
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        throw noServers();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        throw noServers();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw noServers();
    }

    private static CertificateException noServers() {
        return new CertificateException("who is dialled trusts no servers");
    }

    /** A client that has several certificates learns from it which one to show. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authority.getAcceptedIssuers();
    }
}
