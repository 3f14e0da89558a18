package io.brume.storage.object.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.aws.HttpCall;
import io.brume.storage.object.s3.operation.ReadConditions.Verdict;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReadConditionsTest {
    private static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Map<String, String> DATES =
            Map.of(
                    "before", "Fri, 02 Jan 2026 03:04:04 GMT",
                    "same", "Fri, 02 Jan 2026 03:04:05 GMT",
                    "after", "Fri, 02 Jan 2026 03:04:06 GMT",
                    "nonsense", "yesterday");

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, -, -, READ",
                "tag, -, -, -, READ",
                "*, -, -, -, READ",
                "other, -, -, -, FAILED",
                "-, tag, -, -, NOT_MODIFIED",
                "-, *, -, -, NOT_MODIFIED",
                "-, other, -, -, READ",
                "-, -, before, -, READ",
                "-, -, same, -, NOT_MODIFIED",
                "-, -, after, -, NOT_MODIFIED",
                "-, -, nonsense, -, READ",
                "-, -, -, before, FAILED",
                "-, -, -, same, READ",
                "-, -, -, after, READ",
                "-, -, -, nonsense, READ",
                // a tag overrules the date of its kind
                "tag, -, -, before, READ",
                "-, other, after, -, READ",
                "-, tag, before, -, NOT_MODIFIED",
                // what fails goes before what is not modified
                "other, tag, -, -, FAILED",
                "-, tag, -, before, FAILED",
            })
    void decidesAsHttpDoes(
            @Nullable String ifMatch,
            @Nullable String ifNoneMatch,
            @Nullable String since,
            @Nullable String unmodified,
            Verdict verdict) {
        var headers = new HashMap<String, List<String>>();
        put(headers, "if-match", ifMatch == null ? null : '"' + ifMatch + '"');
        put(headers, "if-none-match", ifNoneMatch == null ? null : '"' + ifNoneMatch + '"');
        put(headers, "if-modified-since", since == null ? null : DATES.get(since));
        put(headers, "if-unmodified-since", unmodified == null ? null : DATES.get(unmodified));
        var head = new HttpCall("GET", "/b/k", "", headers, new byte[0]);
        assertThat(ReadConditions.of(head).verdict("tag", MODIFIED)).isEqualTo(verdict);
    }

    private static void put(
            Map<String, List<String>> headers, String name, @Nullable String value) {
        if (value != null) {
            headers.put(name, List.of(value));
        }
    }
}
