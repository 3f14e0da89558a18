package io.brume.common.aws;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8: bytes that are not are refused, not replaced, so that no two readers differ. */
final class Utf8 {
    private Utf8() {}

    static String decode(byte[] bytes) {
        return decode(bytes, bytes.length);
    }

    /**
     * Decodes the first bytes.
     *
     * @throws Malformed when they are not UTF-8
     */
    static String decode(byte[] bytes, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Malformed.document("the text is not UTF-8");
        }
    }
}
