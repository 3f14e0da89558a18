package io.brume.storage.object.s3.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.storage.object.model.BucketSetting;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What browsers are told. */
final class CorsRulesTest {
    private static final String RULES =
            """
            <CORSConfiguration><CORSRule><AllowedOrigin>https://*.example.com</AllowedOrigin>\
            <AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>\
            <AllowedHeader>x-amz-*</AllowedHeader><AllowedHeader>Content-Type</AllowedHeader>\
            <ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>300</MaxAgeSeconds></CORSRule>\
            <CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>\
            </CORSConfiguration>\
            """;

    private final CorsRules rules = new CorsRules();
    private final Door door = Door.withBucket(false, Map.of(BucketSetting.CORS, RULES));

    @ParameterizedTest
    @CsvSource({
        "https://a.example.com, PUT, , https://a.example.com",
        "https://a.example.com, PUT, 'X-Amz-Date, content-type', https://a.example.com",
        "https://a.example.com, PUT, X-Other, ",
        "https://a.example.com, DELETE, , ",
        "https://example.com, PUT, , ",
        "https://example.com, GET, , *",
        "https://a.example.com.evil.org, PUT, , ",
    })
    void preflight(String origin, String method, String asked, String allowed) {
        var headers = new HashMap<String, String>();
        headers.put("origin", origin);
        headers.put("access-control-request-method", method);
        if (asked != null) {
            headers.put("access-control-request-headers", asked);
        }
        var answer = rules.preflight(door.bucket(), Door.head("OPTIONS", "/pictures/a", headers));
        assertThat(answer.map(each -> each.get("Access-Control-Allow-Origin")))
                .isEqualTo(java.util.Optional.ofNullable(allowed));
    }

    @Test
    void allHeadersOfAnAnswer() {
        var headers =
                Map.of(
                        "origin", "https://a.example.com",
                        "access-control-request-method", "PUT",
                        "access-control-request-headers", "X-Amz-Date,Content-Type");
        assertThat(rules.preflight(door.bucket(), Door.head("OPTIONS", "/pictures/a", headers)))
                .contains(
                        Map.of(
                                "Access-Control-Allow-Origin",
                                "https://a.example.com",
                                "Access-Control-Allow-Methods",
                                "PUT, GET",
                                "Access-Control-Allow-Headers",
                                "x-amz-date, content-type",
                                "Access-Control-Expose-Headers",
                                "ETag",
                                "Access-Control-Max-Age",
                                "300",
                                "Access-Control-Allow-Credentials",
                                "true",
                                "Vary",
                                "Origin, Access-Control-Request-Headers,"
                                        + " Access-Control-Request-Method"));
    }

    @Test
    void answersToOtherRequests() {
        var any = Door.head("GET", "/pictures/a", Map.of("origin", "https://example.org"));
        assertThat(rules.headers(door.bucket(), any))
                .containsEntry("Access-Control-Allow-Origin", "*")
                .doesNotContainKey("Access-Control-Allow-Credentials");
        assertThat(rules.headers(door.bucket(), Door.head("GET", "/pictures/a", Map.of())))
                .isEmpty();
        var put = Door.head("PUT", "/pictures/a", Map.of("origin", "https://example.org"));
        assertThat(rules.headers(door.bucket(), put)).isEmpty();
        assertThat(rules.headers(Door.withBucket().bucket(), any)).isEmpty();
    }
}
