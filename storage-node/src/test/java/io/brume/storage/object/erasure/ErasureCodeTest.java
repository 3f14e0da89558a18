package io.brume.storage.object.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.brume.common.ffm.IsalProducts;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Any k cells give all the others, by the library as by Java. */
final class ErasureCodeTest {
    private static final long SEED = 9;

    private static byte[][] cells(Random random, int count, int length) {
        var cells = new byte[count][length];
        for (var cell : cells) {
            random.nextBytes(cell);
        }
        return cells;
    }

    private static byte[][] encoded(ErasureCode code, byte[][] data, int more, int length) {
        var all = Arrays.copyOf(data, data.length + more);
        for (int i = data.length; i < all.length; i++) {
            all[i] = new byte[length];
        }
        code.encode(data, Arrays.copyOfRange(all, data.length, all.length), length);
        return all;
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,3", "2,1", "2,2", "3,2", "4,2", "5,3", "6,4"})
    void anyOfThemGiveAllTheOthers(int data, int more) {
        var random = new Random(SEED);
        var code = new ErasureCode(data, more, Products.JAVA);
        for (int chosen = 0; chosen < 1 << (data + more); chosen++) {
            if (Integer.bitCount(chosen) == data) {
                int length = random.nextInt(300);
                var all = encoded(code, cells(random, data, length), more, length);
                int set = chosen;
                int[] there =
                        IntStream.range(0, all.length).filter(i -> (set >> i & 1) == 1).toArray();
                int[] missing =
                        IntStream.range(0, all.length).filter(i -> (set >> i & 1) == 0).toArray();
                var out = new byte[more][length];
                code.compute(
                        there,
                        Arrays.stream(there).mapToObj(i -> all[i]).toArray(byte[][]::new),
                        missing,
                        out,
                        length);
                assertThat(out)
                        .as("seed %d, there are %s", SEED, Arrays.toString(there))
                        .isDeepEqualTo(
                                Arrays.stream(missing)
                                        .mapToObj(i -> all[i])
                                        .toArray(byte[][]::new));
            }
        }
    }

    /** Of 4 + 2: what ISA-L 2.30 computed of the bytes 1 to 8. */
    @Test
    void isIsalsCode() {
        byte[][] data = {{1, 2}, {3, 4}, {5, 6}, {7, 8}};
        var all = encoded(new ErasureCode(4, 2, Products.JAVA), data, 2, 2);
        assertThat(HexFormat.of().formatHex(all[4]) + HexFormat.of().formatHex(all[5]))
                .isEqualTo("3d907d1e");
    }

    @Test
    void theLibraryComputesTheSame() {
        var isal = IsalProducts.open();
        assumeTrue(isal.isPresent(), "this host has no ISA-L");
        var random = new Random(SEED);
        for (int i = 0; i < 500; i++) {
            int data = 1 + random.nextInt(8);
            int more = 1 + random.nextInt(4);
            int length = i % 50 == 0 ? 64 << 10 : random.nextInt(1000);
            var cells = cells(random, data, length);
            var java = encoded(new ErasureCode(data, more, Products.JAVA), cells, more, length);
            var library =
                    encoded(new ErasureCode(data, more, isal.get()::multiply), cells, more, length);
            assertThat(library).as("seed " + SEED).isDeepEqualTo(java);
        }
    }
}
