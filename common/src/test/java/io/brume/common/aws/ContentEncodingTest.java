package io.brume.common.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;

final class ContentEncodingTest {
    private static byte[] gzip(String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static HttpCall call(String encoding, byte[] body) {
        var headers =
                Map.of(
                        "content-encoding", List.of(encoding),
                        "x-amz-target", List.of("GraniteServiceVersion20100801.PutMetricData"));
        return new HttpCall("POST", "/", "", headers, body);
    }

    @Test
    void isTakenOffALargeRequest() throws IOException {
        var cloudwatch = Contracts.everything("cloudwatch");
        var bound = cloudwatch.bind(call("gzip", gzip("{\"Namespace\":\"n\"}")));
        assertThat(((PutMetricDataRequest) bound.request()).namespace()).isEqualTo("n");
    }

    @Test
    void isTakenOffTheEndOfAList() throws IOException {
        var plain = ContentEncoding.decode(call("custom, GZIP", gzip("x")));
        assertThat(plain.body()).isEqualTo("x".getBytes(UTF_8));
        assertThat(plain.header("content-encoding")).isEqualTo("custom");
        assertThat(ContentEncoding.decode(call("gzip", gzip("x"))).header("content-encoding"))
                .isNull();
    }

    @Test
    void isLeftAloneOtherwise() {
        var other = call("br", "x".getBytes(UTF_8));
        assertThat(ContentEncoding.decode(other)).isSameAs(other);
        var empty = call("gzip", new byte[0]);
        assertThat(ContentEncoding.decode(empty)).isSameAs(empty);
    }
}
