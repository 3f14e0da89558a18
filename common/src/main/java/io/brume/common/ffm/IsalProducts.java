package io.brume.common.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Products of bytes in GF(2^8) with the polynomial 0x11d, by ISA-L where the host has it. A call
 * takes microseconds for each 64 KiB, so that it may be made from a virtual thread. To one thread.
 * Source: erasure_code.h of ISA-L 2.30.
 */
public final class IsalProducts {
    private static final String LIBRARY = "libisal.so.2";

    /** What ISA-L keeps for each coefficient. */
    private static final int TABLE_BYTES = 32;

    private static final Optional<Functions> FUNCTIONS = find();

    private MemorySegment cells = MemorySegment.NULL;
    private MemorySegment tables = MemorySegment.NULL;
    private MemorySegment pointers = MemorySegment.NULL;

    private record Functions(MethodHandle tables, MethodHandle encode) {}

    private IsalProducts() {}

    /** Empty where there is no such library. */
    public static Optional<IsalProducts> open() {
        return FUNCTIONS.map(_ -> new IsalProducts());
    }

    @SuppressWarnings("restricted") // this package is where foreign functions are called from
    private static Optional<Functions> find() {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
        } catch (IllegalArgumentException absent) {
            return Optional.empty();
        }
        var linker = Linker.nativeLinker();
        return Optional.of(
                new Functions(
                        linker.downcallHandle(
                                library.findOrThrow("ec_init_tables"),
                                FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS)),
                        linker.downcallHandle(
                                library.findOrThrow("ec_encode_data"),
                                FunctionDescriptor.ofVoid(
                                        JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS))));
    }

    /**
     * Sets each of {@code out} to the sum of all of {@code in}, multiplied by its row's
     * coefficients.
     */
    public void multiply(byte[][] coefficients, byte[][] in, byte[][] out, int length) {
        if (length == 0 || out.length == 0) {
            return;
        }
        int all = in.length + out.length;
        cells = atLeast(cells, (long) all * length);
        pointers = atLeast(pointers, all * ADDRESS.byteSize());
        for (int i = 0; i < all; i++) {
            MemorySegment cell = cells.asSlice((long) i * length, length);
            if (i < in.length) {
                MemorySegment.copy(in[i], 0, cell, JAVA_BYTE, 0, length);
            }
            pointers.setAtIndex(ADDRESS, i, cell);
        }
        call(coefficients, in.length, out.length, length);
        for (int i = 0; i < out.length; i++) {
            MemorySegment.copy(
                    cells, JAVA_BYTE, (long) (in.length + i) * length, out[i], 0, length);
        }
    }

    private void call(byte[][] coefficients, int columns, int rows, int length) {
        long products = (long) rows * columns;
        tables = atLeast(tables, products * (TABLE_BYTES + 1));
        MemorySegment matrix = tables.asSlice(products * TABLE_BYTES);
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(
                    coefficients[row], 0, matrix, JAVA_BYTE, (long) row * columns, columns);
        }
        Functions isal = FUNCTIONS.orElseThrow();
        try {
            isal.tables().invokeExact(columns, rows, matrix, tables);
            isal.encode()
                    .invokeExact(
                            length,
                            columns,
                            rows,
                            tables,
                            pointers,
                            pointers.asSlice(columns * ADDRESS.byteSize()));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a foreign call threw", e);
        }
    }

    private static MemorySegment atLeast(MemorySegment there, long bytes) {
        return there.byteSize() >= bytes ? there : Arena.ofAuto().allocate(bytes, 64);
    }
}
