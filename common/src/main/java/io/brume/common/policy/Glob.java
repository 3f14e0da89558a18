package io.brume.common.policy;

import java.util.Arrays;

/**
 * A pattern whose variables are resolved: {@code *} stands for any text, {@code ?} for one
 * character. Immutable. Matching takes at most as many steps as the pattern is long times the text,
 * whatever the pattern: strangers write both.
 */
final class Glob {
    private static final int ANY = -1;
    private static final int ONE = -2;

    private final int[] parts;
    private final boolean ignoreCase;
    private final int leastLength;

    private Glob(int[] parts, boolean ignoreCase) {
        this.parts = parts;
        this.ignoreCase = ignoreCase;
        this.leastLength = (int) Arrays.stream(parts).filter(part -> part != ANY).count();
    }

    /** Puts a glob together. */
    static final class Builder {
        private final boolean ignoreCase;
        private int[] parts = new int[32];
        private int length;

        Builder(boolean ignoreCase) {
            this.ignoreCase = ignoreCase;
        }

        Builder literal(String text) {
            for (int i = 0; i < text.length(); i++) {
                add(ignoreCase ? fold(text.charAt(i)) : text.charAt(i));
            }
            return this;
        }

        Builder anyText() {
            if (length == 0 || parts[length - 1] != ANY) {
                add(ANY);
            }
            return this;
        }

        Builder anyCharacter() {
            add(ONE);
            return this;
        }

        private void add(int part) {
            if (length == parts.length) {
                parts = Arrays.copyOf(parts, length * 2);
            }
            parts[length++] = part;
        }

        Glob build() {
            return new Glob(Arrays.copyOf(parts, length), ignoreCase);
        }
    }

    boolean matches(CharSequence text) {
        int end = text.length();
        if (leastLength > end) {
            return false;
        }
        int part = 0;
        int at = 0;
        int star = -1;
        int afterStar = 0;
        while (at < end) {
            if (part < parts.length && parts[part] == ANY) {
                star = part++;
                afterStar = at;
            } else if (part < parts.length && fits(parts[part], text.charAt(at))) {
                part++;
                at++;
            } else if (star >= 0) {
                // only the last star need take more: what stood before it has its earliest place
                part = star + 1;
                at = ++afterStar;
            } else {
                return false;
            }
        }
        while (part < parts.length && parts[part] == ANY) {
            part++;
        }
        return part == parts.length;
    }

    private boolean fits(int part, char c) {
        return part == ONE || part == (ignoreCase ? fold(c) : c);
    }

    private static char fold(char c) {
        return Character.toLowerCase(Character.toUpperCase(c));
    }
}
