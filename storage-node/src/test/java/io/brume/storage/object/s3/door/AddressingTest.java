package io.brume.storage.object.s3.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressingTest {
    private final Addressing addressing = new Addressing(List.of("s3.example.org"));

    private Target target(String host, String path) {
        return addressing.target(
                new HttpCall("GET", path, "", Map.of("host", List.of(host)), new byte[0]));
    }

    @ParameterizedTest
    @CsvSource({
        "/b/k, b, k",
        "/b/a/b/c, b, a/b/c",
        "/b/a//b/, b, a//b/",
        "/b//, b, /",
        "/b/.., b, ..",
        "/b/../c, b, ../c",
        "/b/%2e%2e%2Fc, b, ../c",
        "/b/%252F, b, %2F",
        "/b/a+b, b, a+b",
        "/b/%C3%A4, b, ä",
    })
    void takesTheKeyAsItIs(String path, String bucket, String key) {
        var target = target("127.0.0.1:9000", path);
        assertThat(target.bucket()).contains(bucket);
        assertThat(target.key()).contains(key);
    }

    @Test
    void knowsTheServiceAndItsBuckets() {
        assertThat(target("h", "/").bucket()).isEmpty();
        assertThat(target("h", "/b").key()).isEmpty();
        assertThat(target("h", "/b/").key()).isEmpty();
        assertThat(target("h", "//k").bucket()).isEqualTo(Optional.of(""));
    }

    @Test
    void findsTheBucketInTheHost() {
        var target = target("My.Bucket.S3.example.org:7000", "/a/k");
        assertThat(target.bucket()).contains("my.bucket");
        assertThat(target.key()).contains("a/k");
        assertThat(target.head().path()).isEqualTo("/my.bucket/a/k");
        assertThat(target("s3.example.org", "/b/k").bucket()).contains("b");
        assertThat(target("xs3.example.org", "/b/k").bucket()).contains("b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/b/%", "/b/%4", "/b/%zz", "/b/%ff", "/b/%C3"})
    void refusesWhatIsNotEncoded(String path) {
        assertThatThrownBy(() -> target("h", path))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo("InvalidURI"));
    }
}
