package io.brume.storage.object.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.Fault;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=0-9, 0, 10",
        "bytes=5-, 5, 5",
        "bytes=5-100, 5, 5",
        "bytes=-3, 7, 3",
        "bytes=-100, 0, 10",
        "bytes=9-9, 9, 1",
    })
    void readsOneRangeOfTenBytes(String header, long offset, long length) {
        assertThat(ByteRange.of(header, 10)).contains(new ByteRange(offset, length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=1-2,4-5",
                "bytes=5-2",
                "bytes=-",
                "bytes=a-b",
                "items=0-1",
                "bytes",
                "bytes=0-99999999999999999999"
            })
    void ignoresWhatItCannotRead(String header) {
        assertThat(ByteRange.of(header, 10)).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0"})
    void refusesWhatIsNotThere(String header) {
        assertThatThrownBy(() -> ByteRange.of(header, 10))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.status()).isEqualTo(416));
    }

    @Test
    void hasNothingOfAnEmptyObject() {
        assertThatThrownBy(() -> ByteRange.of("bytes=-5", 0)).isInstanceOf(Fault.class);
        assertThatThrownBy(() -> ByteRange.of("bytes=0-", 0)).isInstanceOf(Fault.class);
    }

    @Test
    void copiesOnlyFromWithinTheSource() {
        assertThat(ByteRange.ofCopy("bytes=2-9", 10)).isEqualTo(new ByteRange(2, 8));
        assertThatThrownBy(() -> ByteRange.ofCopy("bytes=2-10", 10)).isInstanceOf(Fault.class);
        assertThatThrownBy(() -> ByteRange.ofCopy("bytes=2-", 10)).isInstanceOf(Fault.class);
    }

    @Test
    void saysWhereItIs() {
        assertThat(new ByteRange(2, 3).of(10)).isEqualTo("bytes 2-4/10");
    }
}
