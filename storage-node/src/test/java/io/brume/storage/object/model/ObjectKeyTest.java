package io.brume.storage.object.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys are in the order of their bytes, which is the order of the index's rows. */
final class ObjectKeyTest {
    private static final List<String> TEXTS =
            List.of(
                    "a",
                    "ab",
                    "a/b",
                    "a\u0000b",
                    "\u007f",
                    "\u00e4",
                    "\ud7ff",
                    "\ue000",
                    "\uffff",
                    "\ud83d\ude00",
                    "\ud83d\ude01",
                    "\udbff\udfff",
                    "a\ud83d\ude00",
                    "a\uffff");

    @Test
    void theirOrderIsThatOfTheirBytes() {
        for (String one : TEXTS) {
            for (String other : TEXTS) {
                int bytes = Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8));
                int keys = new ObjectKey(one).compareTo(new ObjectKey(other));
                assertThat(Integer.signum(keys)).isEqualTo(Integer.signum(bytes));
            }
        }
    }
}
