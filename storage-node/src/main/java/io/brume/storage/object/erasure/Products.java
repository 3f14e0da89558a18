package io.brume.storage.object.erasure;

import io.brume.common.ffm.IsalProducts;
import java.util.Arrays;

/** Multiplies rows of bytes by a matrix. To one thread. */
@FunctionalInterface
interface Products {
    /**
     * Sets each of {@code out} to the sum of all of {@code in}, multiplied by its row's
     * coefficients.
     *
     * @param coefficients a row of {@code in.length} for each of {@code out}
     * @param length how many bytes of each array
     */
    void multiply(byte[][] coefficients, byte[][] in, byte[][] out, int length);

    /** The fastest that this host has. */
    static Products fastest() {
        return IsalProducts.open().<Products>map(isal -> isal::multiply).orElse(JAVA);
    }

    /** Where there is no library. */
    Products JAVA =
            (coefficients, in, out, length) -> {
                for (int row = 0; row < out.length; row++) {
                    Arrays.fill(out[row], 0, length, (byte) 0);
                    for (int column = 0; column < in.length; column++) {
                        add(coefficients[row][column] & 0xff, in[column], out[row], length);
                    }
                }
            };

    private static void add(int factor, byte[] in, byte[] out, int length) {
        if (factor == 0) {
            return;
        }
        byte[] products = Galois.products(factor);
        for (int i = 0; i < length; i++) {
            out[i] ^= products[in[i] & 0xff];
        }
    }
}
