package io.brume.common.aws.sigv4;

/** What texts consist of; every request asks several times, so without regular expressions. */
final class Texts {
    private Texts() {}

    /** Which characters a text may have. */
    @FunctionalInterface
    interface Characters {
        boolean has(char c);
    }

    /** Whether a text has from {@code least} to {@code most} characters, all of them these. */
    static boolean isOf(String text, int least, int most, Characters allowed) {
        int length = text.length();
        if (length < least || length > most) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (!allowed.has(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLowerHex(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f');
    }

    /** A letter or digit of ASCII, or an underscore. */
    static boolean isWord(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }
}
