package io.brume.control.domain.keypair;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * PuTTY's private key file, version 2, unencrypted: every PuTTY reads it. Source: <a
 * href="https://the.earth.li/~sgtatham/putty/latest/htmldoc/AppendixC.html">PPK file format</a>.
 */
final class PuttyFile {
    private static final int LINE = 64;
    private static final String ENCRYPTION = "none";

    private PuttyFile() {}

    static String text(String algorithm, String comment, byte[] publicBlob, byte[] privateBlob) {
        return "PuTTY-User-Key-File-2: "
                + algorithm
                + "\r\n"
                + "Encryption: "
                + ENCRYPTION
                + "\r\n"
                + "Comment: "
                + comment
                + "\r\n"
                + lines("Public-Lines", publicBlob)
                + lines("Private-Lines", privateBlob)
                + "Private-MAC: "
                + mac(algorithm, comment, publicBlob, privateBlob)
                + "\r\n";
    }

    private static String lines(String name, byte[] blob) {
        String base64 = Base64.getMimeEncoder(LINE, "\r\n".getBytes(UTF_8)).encodeToString(blob);
        return name + ": " + base64.lines().count() + "\r\n" + base64 + "\r\n";
    }

    private static String mac(
            String algorithm, String comment, byte[] publicBlob, byte[] privateBlob) {
        byte[] covered =
                new SshBlob()
                        .string(algorithm)
                        .string(ENCRYPTION)
                        .string(comment.getBytes(UTF_8))
                        .string(publicBlob)
                        .string(privateBlob)
                        .toBytes();
        byte[] key = PublicKeys.digest("SHA-1", "putty-private-key-file-mac-key".getBytes(UTF_8));
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            return HexFormat.of().formatHex(mac.doFinal(covered));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
