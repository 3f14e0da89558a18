package io.brume.common.tls;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Reading certificates. */
public final class Certificates {
    private static final int MAX_CHAIN = 8;
    private static final int MAX_BYTES = 16_384;

    /** The role of a storage node. */
    public static final String STORAGE_NODE = "storage-node";

    static final String ROLE = "brume-role://";

    private Certificates() {}

    /**
     * Reads a chain of DER certificates.
     *
     * @throws GeneralSecurityException when one is no certificate or there are too many
     */
    public static List<X509Certificate> parseChain(List<byte[]> ders)
            throws GeneralSecurityException {
        if (ders.isEmpty() || ders.size() > MAX_CHAIN) {
            throw new CertificateException("a chain of " + ders.size() + " certificates");
        }
        List<X509Certificate> chain = new ArrayList<>();
        for (byte[] der : ders) {
            chain.add(parse(der));
        }
        return chain;
    }

    /**
     * Reads one DER certificate.
     *
     * @throws GeneralSecurityException when it is no certificate
     */
    public static X509Certificate parse(byte[] der) throws GeneralSecurityException {
        if (der.length > MAX_BYTES) {
            throw new CertificateException("a certificate of " + der.length + " bytes");
        }
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der));
    }

    /** The SHA-256 digest of a certificate in URL-safe base64: 43 characters. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * What its bearer is in the cloud; empty when it does not say. Only the authority can write
     * that, so it may decide what is allowed.
     */
    public static String role(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                for (List<?> name : names) {
                    if (name.size() == 2
                            && name.get(1) instanceof String text
                            && text.startsWith(ROLE)) {
                        return text.substring(ROLE.length());
                    }
                }
            }
            return "";
        } catch (CertificateParsingException e) {
            return "";
        }
    }

    /** The common name; empty when there is none. */
    public static String commonName(X509Certificate certificate) {
        try {
            var name = new LdapName(certificate.getSubjectX500Principal().getName());
            for (Rdn part : name.getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return part.getValue().toString();
                }
            }
            return "";
        } catch (InvalidNameException e) {
            throw new IllegalStateException("the JDK wrote a name it cannot read", e);
        }
    }

    /** A certificate, DER. */
    public static byte[] encode(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
    }
}
