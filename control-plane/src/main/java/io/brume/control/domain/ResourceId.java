package io.brume.control.domain;

import io.brume.common.aws.Fault;

/**
 * The identifier of a resource as AWS shapes it: a prefix, a hyphen, and 8 or 17 hexadecimal
 * digits.
 *
 * <p>Source: <a href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html">EC2
 * resource ids</a>.
 */
public interface ResourceId {
    String value();

    /** AWS's answer when no such resource exists for the caller. */
    Fault notFound();

    /** Whether a text has the shape of an id with this prefix. */
    static boolean wellFormed(String prefix, String text) {
        int digits = text.length() - prefix.length() - 1;
        if ((digits != 8 && digits != 17)
                || !text.startsWith(prefix)
                || text.charAt(prefix.length()) != '-') {
            return false;
        }
        for (int i = prefix.length() + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /**
     * Stops a program that builds an id from something else.
     *
     * @throws IllegalArgumentException if the text is not an id with this prefix
     */
    static void require(String prefix, String text) {
        if (!wellFormed(prefix, text)) {
            throw new IllegalArgumentException("not an id of kind " + prefix + ": " + text);
        }
    }

    /**
     * The text a caller sent, if it has the right shape.
     *
     * @throws Fault with this code, in AWS's words, if it does not
     */
    static String parse(String prefix, String malformedCode, String text) {
        if (!wellFormed(prefix, text)) {
            throw Fault.invalid(
                    malformedCode,
                    "Invalid id: \"%s\" (expecting \"%s-...\")".formatted(text, prefix));
        }
        return text;
    }
}
