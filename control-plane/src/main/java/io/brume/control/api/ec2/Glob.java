package io.brume.control.api.ec2;

/**
 * EC2's wildcards in filter values: {@code *} is any text, {@code ?} any character, a backslash
 * takes the next character as it is. Case counts. Takes time in the product of both lengths at
 * most.
 */
final class Glob {
    private Glob() {}

    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int starText = 0;
        while (t < text.length()) {
            char c = p < pattern.length() ? pattern.charAt(p) : 0;
            if (p < pattern.length() && c == '*') {
                star = p++;
                starText = t;
            } else if (p < pattern.length() && c == '?') {
                p++;
                t++;
            } else if (p < pattern.length() && literal(pattern, p) == text.charAt(t)) {
                p += width(pattern, p);
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++starText;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    private static boolean escapes(String pattern, int p) {
        return pattern.charAt(p) == '\\' && p + 1 < pattern.length();
    }

    private static char literal(String pattern, int p) {
        return escapes(pattern, p) ? pattern.charAt(p + 1) : pattern.charAt(p);
    }

    private static int width(String pattern, int p) {
        return escapes(pattern, p) ? 2 : 1;
    }
}
