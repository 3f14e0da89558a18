package io.brume.common.tls;

import java.io.IOException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Keys and certificates as text, the way every other program reads them (RFC 7468). */
public final class Pem {
    private static final int P256_BITS = 256;

    private Pem() {}

    /** A certificate. */
    public static String certificate(X509Certificate certificate) {
        return block("CERTIFICATE", Certificates.encode(certificate));
    }

    /**
     * A private key on the curve P-256 together with its public half, which the JDK leaves out:
     * GnuTLS reads none without.
     */
    public static String privateKey(KeyPair keys) {
        if (!(keys.getPrivate() instanceof ECPrivateKey secret)) {
            throw new IllegalArgumentException("not a key on an elliptic curve");
        }
        var curve =
                new AlgorithmIdentifier(
                        X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);
        var open = SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
        try {
            var both =
                    new org.bouncycastle.asn1.sec.ECPrivateKey(
                            P256_BITS,
                            secret.getS(),
                            open.getPublicKeyData(),
                            SECObjectIdentifiers.secp256r1);
            return block("PRIVATE KEY", new PrivateKeyInfo(curve, both).getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("a key that was made cannot be written", e);
        }
    }

    static String block(String type, byte[] der) {
        byte[] newLine = {'\n'};
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                .formatted(type, Base64.getMimeEncoder(64, newLine).encodeToString(der));
    }
}
