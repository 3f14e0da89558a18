package io.brume.control.domain.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.Fault;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageSourcesTest {
    private static final ImageSources SOURCES =
            new ImageSources(List.of(Path.of("/srv/images")), true);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///srv/images/debian.qcow2",
                "file:/srv/images/a",
                "file:///srv/images/deep/down/x",
                "http://host/x.ova",
                "https://host:8443/x?y=z",
                "s3://images/a b/100%/../disk.qcow2"
            })
    void theseAreAllowed(String url) {
        assertThat(SOURCES.checked(url, "QCOW2").format()).isEqualTo(DiskFormat.QCOW2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/srv/images/x",
                "file:///etc/shadow",
                "file:///srv/images/../../etc/shadow",
                "file:///srv/images/%2e%2e/%2e%2e/etc/shadow",
                "file:///srv/imagesx/y",
                "file://host/srv/images/x",
                "file:srv/images/x",
                "file:///srv/images/a%00b",
                "ftp://host/x",
                "s3://images",
                "s3://images/",
                "s3://Images/x",
                "s3://a?b/x",
                "s3:///x",
                "http:///x",
                "http://user:secret@host/x",
                "http://ho st/x",
                ""
            })
    void theseAreNot(String url) {
        assertThatThrownBy(() -> SOURCES.checked(url, null)).isInstanceOf(Fault.class);
    }
}
