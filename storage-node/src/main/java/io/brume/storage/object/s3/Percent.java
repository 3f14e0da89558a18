package io.brume.storage.object.s3;

import io.brume.common.aws.Fault;
import io.brume.common.aws.PercentEncoding;

/**
 * Decodes keys and queries. Read strictly, and once: a stray percent sign or bytes that are not
 * UTF-8 are refused, nothing is normalised.
 */
public final class Percent {
    private Percent() {}

    /**
     * Decodes a part of a path, where a plus sign is a plus sign.
     *
     * @throws Fault {@code InvalidURI}
     */
    public static String decode(String text) {
        return decode(text, false);
    }

    /**
     * Decodes a name or a value of a query, where a plus sign is a space.
     *
     * @throws Fault {@code InvalidURI}
     */
    public static String decodeForm(String text) {
        return decode(text, true);
    }

    private static String decode(String text, boolean form) {
        return PercentEncoding.decoded(text, form).orElseThrow(Percent::invalid);
    }

    private static Fault invalid() {
        return Fault.invalid("InvalidURI", "Couldn't parse the specified URI.");
    }
}
