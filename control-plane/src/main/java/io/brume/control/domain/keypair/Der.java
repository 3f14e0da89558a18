package io.brume.control.domain.keypair;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** Writes the little of ASN.1 DER that a PKCS #1 key needs. Source: X.690. */
final class Der {
    private static final int INTEGER = 0x02;
    private static final int SEQUENCE = 0x30;

    private Der() {}

    static byte[] sequence(BigInteger... integers) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (BigInteger integer : integers) {
            content.writeBytes(element(INTEGER, integer.toByteArray()));
        }
        return element(SEQUENCE, content.toByteArray());
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            byte[] length = BigInteger.valueOf(content.length).toByteArray();
            int skip = length[0] == 0 ? 1 : 0;
            out.write(0x80 | (length.length - skip));
            out.write(length, skip, length.length - skip);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
