package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "web-*, web-1, true",
        "*-1, web-1, true",
        "*, '', true",
        "?, '', false",
        "w?b, web, true",
        "w?b, wb, false",
        "\\*, *, true",
        "\\*, x, false",
        "a\\?c, a?c, true",
        "a\\?c, abc, false",
        "\\\\, \\, true",
        "a*b*c, aXbYbZc, true",
        "a*b*c, aXbYbZ, false",
        "Web, web, false",
        "'', '', true",
        "'', x, false",
    })
    void matches(String pattern, String text, boolean expected) {
        assertThat(Glob.matches(pattern, text)).isEqualTo(expected);
    }

    @Test
    void hostilePatternsTakeNoTime() {
        String pattern = "*a".repeat(500) + "b";
        String text = "a".repeat(5000);
        Assertions.assertTimeout(
                Duration.ofSeconds(5), () -> assertThat(Glob.matches(pattern, text)).isFalse());
    }
}
