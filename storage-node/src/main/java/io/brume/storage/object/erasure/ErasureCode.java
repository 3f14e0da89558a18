package io.brume.storage.object.erasure;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * A code whose first k cells are the data and whose other m are sums of products of them, so that
 * any k of all determine the others. The matrix is the one that ISA-L calls Cauchy's: 1 / (i XOR j)
 * in row i, column j. To one thread.
 */
public final class ErasureCode {
    private static final int MOST = 255;

    private final int data;
    private final int all;
    private final Products products;
    private final int[][] matrix;
    private int[] from = {};
    private int[] wanted = {};
    private byte[][] coefficients = {};

    /**
     * @param data k, at least 1
     * @param more m, at least 1; both together at most 255
     */
    public ErasureCode(int data, int more) {
        this(data, more, Products.fastest());
    }

    ErasureCode(int data, int more, Products products) {
        if (data < 1 || more < 1 || data + more > MOST) {
            throw new IllegalArgumentException("no code has " + data + " and " + more + " cells");
        }
        this.data = data;
        this.all = data + more;
        this.products = requireNonNull(products);
        this.matrix = new int[all][data];
        for (int row = 0; row < all; row++) {
            for (int column = 0; column < data; column++) {
                if (row < data) {
                    matrix[row][column] = row == column ? 1 : 0;
                } else {
                    matrix[row][column] = Galois.invert(row ^ column);
                }
            }
        }
    }

    /**
     * Computes the cells beside the data.
     *
     * @param cells the data
     * @param more where the others go
     * @param length how many bytes of each
     */
    public void encode(byte[][] cells, byte[][] more, int length) {
        int[] first = new int[data];
        Arrays.setAll(first, i -> i);
        int[] others = new int[all - data];
        Arrays.setAll(others, i -> data + i);
        compute(first, cells, others, more, length);
    }

    /**
     * Computes cells from any k others.
     *
     * @param there which k cells there are
     * @param cells these, in the same order
     * @param missing which are wanted
     * @param out where they go
     * @param length how many bytes of each
     */
    public void compute(int[] there, byte[][] cells, int[] missing, byte[][] out, int length) {
        if (there.length != data || cells.length != data || missing.length != out.length) {
            throw new IllegalArgumentException("cells are computed from " + data + " others");
        }
        if (!Arrays.equals(from, there) || !Arrays.equals(wanted, missing)) {
            coefficients = coefficients(there, missing);
            from = there.clone();
            wanted = missing.clone();
        }
        products.multiply(coefficients, cells, out, length);
    }

    private byte[][] coefficients(int[] there, int[] missing) {
        int[][] known = new int[data][];
        for (int i = 0; i < data; i++) {
            known[i] = matrix[there[i]];
        }
        int[][] inverse = Galois.invert(known);
        byte[][] found = new byte[missing.length][data];
        for (int row = 0; row < missing.length; row++) {
            for (int column = 0; column < data; column++) {
                int sum = 0;
                for (int i = 0; i < data; i++) {
                    sum ^= Galois.multiply(matrix[missing[row]][i], inverse[i][column]);
                }
                found[row][column] = (byte) sum;
            }
        }
        return found;
    }
}
