package io.brume.common.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whom a program believes. */
public final class Trust {
    private Trust() {}

    /** Whoever this authority has certified, with the JDK's checks of path, purpose and name. */
    public static X509ExtendedTrustManager authority(X509Certificate authority) {
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            anchors.setCertificateEntry("authority", authority);
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(anchors);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
            throw new IllegalStateException("the JDK has no X.509 trust manager");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(
                    "cannot trust " + authority.getSubjectX500Principal(), e);
        }
    }

    /**
     * Whoever an authority with this fingerprint has certified: for a program that joins and knows
     * no more than what its token says.
     *
     * @param fingerprint see {@link Certificates#fingerprint}
     */
    public static X509ExtendedTrustManager pinned(String fingerprint) {
        return new PinnedTrustManager(fingerprint);
    }

    /**
     * The one node of this name, as the server that a node dials: both show the certificates of
     * their sessions, which are clients'. The node that is dialled asks {@link #authority}.
     *
     * @param name the node's id
     */
    public static X509ExtendedTrustManager node(X509Certificate authority, String name) {
        return new NodeTrustManager(authority(authority), name);
    }

    /**
     * One client alone, by its certificate: signed by this authority, and with this fingerprint.
     *
     * @param fingerprint see {@link Certificates#fingerprint}
     */
    public static X509ExtendedTrustManager client(X509Certificate authority, String fingerprint) {
        return new OneClientTrustManager(authority(authority), fingerprint);
    }

    /**
     * Every program of a role, as server and as client: for members of a group that dial one
     * another.
     *
     * @param role see {@link Certificates#role}
     */
    public static X509ExtendedTrustManager role(X509Certificate authority, String role) {
        return new ChosenTrustManager(
                authority(authority), shown -> Certificates.role(shown).equals(role), role + "s");
    }

    /**
     * The one program of this name, as a client: for a port that is for nobody else.
     *
     * @param name as its certificate bears it
     */
    public static X509ExtendedTrustManager program(X509Certificate authority, String name) {
        return new ChosenTrustManager(
                authority(authority), shown -> Certificates.commonName(shown).equals(name), name);
    }
}
