package io.brume.control.domain.keypair;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/** Writes SSH's data types. Source: RFC 4251, section 5. */
final class SshBlob {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    SshBlob uint32(int value) {
        return raw(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    SshBlob string(byte[] value) {
        return uint32(value.length).raw(value);
    }

    SshBlob string(String value) {
        return string(value.getBytes(US_ASCII));
    }

    SshBlob mpint(BigInteger value) {
        return string(value.signum() == 0 ? new byte[0] : value.toByteArray());
    }

    SshBlob raw(byte[] value) {
        out.writeBytes(value);
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
