package io.brume.common.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What labels take of a path. */
final class RouteTest {
    @ParameterizedTest
    @CsvSource({
        "/{a}, /x, x",
        "/{a}, /x/y, ",
        "/{a}, /, ",
        "/b/{a+}, /b/x/y/, x/y/",
        "/b/{a+}, /b//y, /y",
        "/b/{a+}, /b/, ",
        "/b/{a+}/c, /b/x/c, x",
        "/b/{a+}/c, /b/x/y/c, x/y",
        "/b/{a+}/c, /b/x/y, ",
        "/b/{a+}/c, /b/c, ",
    })
    void labels(String pattern, String path, @Nullable String label) {
        var call = new HttpCall("GET", path, "", Map.of(), new byte[0]);
        var match =
                Route.of("GET", pattern, List.of())
                        .match(call, path, Route.segments(path), Parameters.parse(""));
        assertThat(match == null ? null : match.labels().get("a")).isEqualTo(label);
    }
}
