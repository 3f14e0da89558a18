package io.brume.common.aws.shared;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WildcardTest {
    @ParameterizedTest
    @CsvSource({
        "abc,abc,true", "abc,ABC,false", "*,anything,true", "a*c,ac,true", "a*c,abbc,true",
        "a*c,abcd,false", "a?c,abc,true", "a?c,ac,true", "a?c,abbc,false", "\\*a,*a,true",
        "\\*a,xa,false", "a\\,a\\,true", "\\\\,\\,true", "**,x,true", "*a*b*,xaxbx,true"
    })
    void matches(String pattern, String text, boolean expected) {
        assertThat(new Wildcard(pattern).matches(text)).isEqualTo(expected);
    }

    @Test
    void matchesNothingToo() {
        assertThat(new Wildcard("*").matches("")).isTrue();
        assertThat(new Wildcard("?").matches("")).isTrue();
        assertThat(new Wildcard("").matches("")).isTrue();
        assertThat(new Wildcard("").matches("a")).isFalse();
    }

    /** Against the regular expression that means the same. */
    @Test
    void agreesWithRegularExpressions() {
        long seed = 20261120;
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            var pattern = word(random, "ab*?\\", 8);
            var text = word(random, "ab*\\", 8);
            assertThat(new Wildcard(pattern).matches(text))
                    .as("seed %d: '%s' on '%s'", seed, pattern, text)
                    .isEqualTo(Pattern.matches(regex(pattern), text));
        }
    }

    private static String word(Random random, String alphabet, int longest) {
        var word = new StringBuilder();
        for (int i = random.nextInt(longest + 1); i > 0; i--) {
            word.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return word.toString();
    }

    private static String regex(String pattern) {
        var regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\' && i + 1 < pattern.length()) {
                regex.append(Pattern.quote(String.valueOf(pattern.charAt(++i))));
            } else if (c == '*') {
                regex.append(".*");
            } else if (c == '?') {
                regex.append(".?");
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }

    @Test
    @Timeout(value = 5, unit = SECONDS)
    void isNotMadeSlowByAPatternMadeForIt() {
        var wildcard = new Wildcard("*a".repeat(500) + "b");
        for (int i = 0; i < 100; i++) {
            assertThat(wildcard.matches("a".repeat(1000))).isFalse();
        }
    }
}
