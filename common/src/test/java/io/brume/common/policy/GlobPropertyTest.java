package io.brume.common.policy;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Wildcards, held against regular expressions. */
final class GlobPropertyTest {
    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.strings().withChars("ab*?").ofMaxLength(10);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("ab").ofMaxLength(12);
    }

    @Property(tries = 5000)
    void matchesWhatTheExpressionMatches(
            @ForAll("patterns") String pattern, @ForAll("texts") String text) {
        var expression = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            expression.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote("" + c));
        }
        assertThat(glob(pattern, false).matches(text))
                .isEqualTo(Pattern.matches(expression.toString(), text));
    }

    @Property(tries = 1000)
    void theCaseCountsOrNot(@ForAll("patterns") String pattern, @ForAll("texts") String text) {
        boolean matches = glob(pattern, false).matches(text);
        assertThat(glob(pattern.toUpperCase(java.util.Locale.ROOT), true).matches(text))
                .isEqualTo(matches);
    }

    /** Thousands of stars, each of which could stand anywhere: backtracking would never end. */
    @Test
    @Timeout(value = 10, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void stepsGrowWithTheLengthsOnly() {
        var text = "a".repeat(8000);
        assertThat(glob("*a".repeat(4000) + "b", false).matches(text)).isFalse();
        assertThat(glob("*" + "a".repeat(4000) + "b", false).matches(text)).isFalse();
        assertThat(glob("?*".repeat(4000), false).matches(text)).isTrue();
    }

    private static Glob glob(String pattern, boolean ignoreCase) {
        var builder = new Glob.Builder(ignoreCase);
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '*' -> builder.anyText();
                case '?' -> builder.anyCharacter();
                default -> builder.literal(String.valueOf(c));
            }
        }
        return builder.build();
    }
}
