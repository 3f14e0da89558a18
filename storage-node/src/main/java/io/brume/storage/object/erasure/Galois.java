package io.brume.storage.object.erasure;

/** Arithmetic in GF(2^8) with the polynomial 0x11d, to which 2 is a generator. */
final class Galois {
    private static final int POLYNOMIAL = 0x11d;
    private static final int ORDER = 255;
    private static final int[] POWERS = new int[2 * ORDER];
    private static final int[] LOGARITHMS = new int[ORDER + 1];

    static {
        int power = 1;
        for (int i = 0; i < ORDER; i++) {
            POWERS[i] = power;
            POWERS[i + ORDER] = power;
            LOGARITHMS[power] = i;
            power = power << 1 ^ (power >= 0x80 ? POLYNOMIAL : 0);
        }
    }

    private Galois() {}

    static int multiply(int a, int b) {
        return a == 0 || b == 0 ? 0 : POWERS[LOGARITHMS[a] + LOGARITHMS[b]];
    }

    /**
     * The number whose product with this one is 1.
     *
     * @param a not 0
     */
    static int invert(int a) {
        if (a == 0) {
            throw new ArithmeticException("0 has no inverse");
        }
        return POWERS[ORDER - LOGARITHMS[a]];
    }

    /** The products of a number with all numbers. */
    static byte[] products(int a) {
        byte[] products = new byte[ORDER + 1];
        for (int b = 0; b <= ORDER; b++) {
            products[b] = (byte) multiply(a, b);
        }
        return products;
    }

    /**
     * The inverse of a square matrix, by elimination.
     *
     * @throws ArithmeticException if it has none
     */
    static int[][] invert(int[][] matrix) {
        int size = matrix.length;
        int[][] left = new int[size][];
        int[][] right = new int[size][size];
        for (int i = 0; i < size; i++) {
            left[i] = matrix[i].clone();
            right[i][i] = 1;
        }
        for (int column = 0; column < size; column++) {
            int pivot = column;
            while (pivot < size && left[pivot][column] == 0) {
                pivot++;
            }
            if (pivot == size) {
                throw new ArithmeticException("a matrix has no inverse");
            }
            swap(left, pivot, column);
            swap(right, pivot, column);
            int scale = invert(left[column][column]);
            scale(left[column], scale);
            scale(right[column], scale);
            for (int row = 0; row < size; row++) {
                int factor = row == column ? 0 : left[row][column];
                subtract(left[row], left[column], factor);
                subtract(right[row], right[column], factor);
            }
        }
        return right;
    }

    private static void swap(int[][] rows, int one, int other) {
        int[] row = rows[one];
        rows[one] = rows[other];
        rows[other] = row;
    }

    private static void scale(int[] row, int factor) {
        for (int i = 0; i < row.length; i++) {
            row[i] = multiply(row[i], factor);
        }
    }

    private static void subtract(int[] from, int[] row, int factor) {
        for (int i = 0; i < row.length; i++) {
            from[i] ^= multiply(row[i], factor);
        }
    }
}
