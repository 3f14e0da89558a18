package io.brume.common.aws;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/** Holds one value against one constraint and says, in AWS's words, what is broken. */
final class ConstraintCheck {
    private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

    private ConstraintCheck() {}

    /** What the value fails to satisfy; null when it is fine. */
    static @Nullable String broken(Constraint constraint, @Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String text -> {
                var length = length(constraint, text.codePointCount(0, text.length()));
                yield length != null ? length : pattern(constraint, text);
            }
            case SdkBytes bytes -> length(constraint, bytes.asByteArrayUnsafe().length);
            case Collection<?> list -> length(constraint, list.size());
            case Map<?, ?> map -> length(constraint, map.size());
            case Double number when !Double.isFinite(number) -> null;
            case Float number when !Float.isFinite(number) -> null;
            case Number number -> range(constraint, new BigDecimal(number.toString()));
            default -> null;
        };
    }

    private static @Nullable String length(Constraint constraint, long length) {
        var min = constraint.min();
        if (min != null && BigDecimal.valueOf(length).compareTo(min) < 0) {
            return "Member must have length greater than or equal to " + plain(min);
        }
        var max = constraint.max();
        if (max != null && BigDecimal.valueOf(length).compareTo(max) > 0) {
            return "Member must have length less than or equal to " + plain(max);
        }
        return null;
    }

    private static @Nullable String range(Constraint constraint, BigDecimal number) {
        var min = constraint.min();
        if (min != null && number.compareTo(min) < 0) {
            return "Member must have value greater than or equal to " + plain(min);
        }
        var max = constraint.max();
        if (max != null && number.compareTo(max) > 0) {
            return "Member must have value less than or equal to " + plain(max);
        }
        return null;
    }

    private static String plain(BigDecimal bound) {
        return bound.stripTrailingZeros().toPlainString();
    }

    /** AWS's patterns are anchored at both ends, written or not. */
    private static @Nullable String pattern(Constraint constraint, String text) {
        var pattern = constraint.pattern();
        if (pattern == null) {
            return null;
        }
        var compiled = PATTERNS.computeIfAbsent(pattern, Pattern::compile);
        return StepBudget.matches(compiled, text)
                ? null
                : "Member must satisfy regular expression pattern: " + pattern;
    }

    /**
     * A text that counts how often it is looked at, so that a pattern that backtracks without end
     * on a text made for it is given up, as no match. Some of AWS's patterns can be made to.
     */
    private static final class StepBudget implements CharSequence {
        private static final int STEPS_A_CHARACTER = 200;
        private static final int LEAST_STEPS = 100_000;

        private static final class Exceeded extends RuntimeException {
            Exceeded() {
                super(null, null, false, false);
            }
        }

        private final String text;
        private int left;

        private StepBudget(String text) {
            this.text = text;
            this.left = Math.max(LEAST_STEPS, Math.multiplyExact(text.length(), STEPS_A_CHARACTER));
        }

        static boolean matches(Pattern pattern, String text) {
            try {
                return pattern.matcher(new StepBudget(text)).matches();
            } catch (Exceeded | StackOverflowError e) {
                return false;
            }
        }

        @Override
        public char charAt(int index) {
            if (--left < 0) {
                throw new Exceeded();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
