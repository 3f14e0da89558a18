package io.brume.control.domain.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.Fault;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VolumeTypeTest {
    @ParameterizedTest
    @CsvSource({
        "gp3, 1, , , 3000, 125",
        "gp3, 100, 10000, 500, 10000, 500",
        "gp3, 65536, 80000, 2000, 80000, 2000",
        "gp3, 8, 3000, 750, 3000, 750",
        "gp2, 1, , , 100, 128",
        "gp2, 100, , , 300, 128",
        "gp2, 16384, , , 16000, 250",
        "io1, 4, 100, , 100, 125",
        "io1, 100, 5000, , 5000, 1000",
        "io2, 256, 256000, , 256000, 4000",
        "st1, 125, , , 100, 30",
        "st1, 16384, , , 100, 500",
        "sc1, 2048, , , 100, 160",
        "standard, 1024, , , 100, 90",
    })
    void limitsAreAwss(
            String type,
            int size,
            @Nullable Integer iops,
            @Nullable Integer throughput,
            int expectedIops,
            int expectedThroughput) {
        assertThat(VolumeType.parse(type).configure(size, iops, throughput))
                .isEqualTo(
                        new VolumeConfiguration(
                                VolumeType.parse(type), size, expectedIops, expectedThroughput));
    }

    @ParameterizedTest
    @CsvSource({
        "gp3, 0, , , InvalidParameterValue, too small",
        "gp3, 65537, , , InvalidParameterValue, too large",
        "gp3, 10, 2999, , InvalidParameterValue, too low",
        "gp3, 10, 80001, , InvalidParameterValue, too high",
        "gp3, 10, 5001, , InvalidParameterValue, ratio",
        "gp3, 10, , 124, InvalidParameterValue, too low",
        "gp3, 10, , 2001, InvalidParameterValue, too high",
        "gp3, 10, , 1000, InvalidParameterValue, ratio",
        "gp2, 10, 100, , InvalidParameterCombination, not supported",
        "gp2, 10, , 125, InvalidParameterCombination, not supported",
        "gp2, 16385, , , InvalidParameterValue, too large",
        "io1, 3, 100, , InvalidParameterValue, too small",
        "io1, 10, , , InvalidParameterCombination, must be specified",
        "io1, 10, 501, , InvalidParameterValue, ratio",
        "io2, 10, 10001, , InvalidParameterValue, ratio",
        "st1, 124, , , InvalidParameterValue, too small",
        "standard, 1025, , , InvalidParameterValue, too large",
    })
    void whatBreaksALimitIsRefusedInAwssWords(
            String type,
            int size,
            @Nullable Integer iops,
            @Nullable Integer throughput,
            String code,
            String words) {
        assertThatThrownBy(() -> VolumeType.parse(type).configure(size, iops, throughput))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    @Test
    void anUnknownTypeIsRefused() {
        assertThatThrownBy(() -> VolumeType.parse("gp9")).isInstanceOf(Fault.class);
    }
}
