package io.brume.common.aws.shared;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A filter's value: {@code *} stands for any text, {@code ?} for one character or none, a backslash
 * takes the meaning from what follows it. Case counts. Immutable.
 *
 * <p>Matching takes at most (length of the pattern) x (length of the text) steps, whatever the
 * pattern: strangers write these.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html">EC2,
 * filtering</a>.
 */
final class Wildcard {
    private static final int ANY = -1;
    private static final int MAYBE = -2;

    private final int[] parts;
    private final @Nullable String literal;

    Wildcard(String pattern) {
        var found = new int[pattern.length()];
        var plain = new StringBuilder(pattern.length());
        int length = 0;
        boolean wild = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\' && i + 1 < pattern.length()) {
                c = pattern.charAt(++i);
                found[length++] = c;
            } else if (c == '*' || c == '?') {
                wild = true;
                found[length++] = c == '*' ? ANY : MAYBE;
            } else {
                found[length++] = c;
            }
            plain.append(c);
        }
        this.parts = Arrays.copyOf(found, length);
        this.literal = wild ? null : plain.toString();
    }

    /** The one text that matches; null when there are more. */
    @Nullable String literal() {
        return literal;
    }

    boolean matches(String text) {
        if (literal != null) {
            return literal.equals(text);
        }
        // reachable[i]: the parts before i can be made to cover the text read so far
        var reachable = new boolean[parts.length + 1];
        reachable[0] = true;
        close(reachable);
        for (int at = 0; at < text.length(); at++) {
            boolean alive = false;
            for (int i = parts.length; i > 0; i--) {
                int part = parts[i - 1];
                boolean step = reachable[i - 1] && (part == MAYBE || part == text.charAt(at));
                boolean stay = part == ANY && (reachable[i - 1] || reachable[i]);
                reachable[i] = step || stay;
                alive |= reachable[i];
            }
            reachable[0] = false;
            if (!alive) {
                return false;
            }
            close(reachable);
        }
        return reachable[parts.length];
    }

    /** A star or a question mark may also stand for nothing. */
    private void close(boolean[] reachable) {
        for (int i = 0; i < parts.length; i++) {
            if (reachable[i] && parts[i] < 0) {
                reachable[i + 1] = true;
            }
        }
    }
}
