package io.brume.common.aws.sigv4;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.Checksum;

/**
 * CRC-64/NVME: polynomial AD93D23594C93659, reflected, all ones before and after. Eight bytes a
 * step by eight tables. One thread at a time.
 *
 * <p>Source: NVM Express NVM Command Set Specification, 64b CRC; check value of "123456789" is
 * AE8B14860A799888.
 */
final class Crc64Nvme implements Checksum {
    private static final long REFLECTED = 0x9A6C9329AC4BC9B5L;
    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    // Constants each, so that the loop looks nothing up but the words in them.
    private static final long[][] TABLES = tables();
    private static final long[] T0 = TABLES[0];
    private static final long[] T1 = TABLES[1];
    private static final long[] T2 = TABLES[2];
    private static final long[] T3 = TABLES[3];
    private static final long[] T4 = TABLES[4];
    private static final long[] T5 = TABLES[5];
    private static final long[] T6 = TABLES[6];
    private static final long[] T7 = TABLES[7];

    private long state = -1L;

    @Override
    public void update(int octet) {
        state = T0[(int) (state ^ octet) & 0xFF] ^ (state >>> 8);
    }

    @Override
    public void update(byte[] bytes, int offset, int count) {
        int i = offset;
        int end = offset + count;
        for (; end - i >= 8; i += 8) {
            long block = state ^ (long) WORDS.get(bytes, i);
            state =
                    T7[(int) block & 0xFF]
                            ^ T6[(int) (block >>> 8) & 0xFF]
                            ^ T5[(int) (block >>> 16) & 0xFF]
                            ^ T4[(int) (block >>> 24) & 0xFF]
                            ^ T3[(int) (block >>> 32) & 0xFF]
                            ^ T2[(int) (block >>> 40) & 0xFF]
                            ^ T1[(int) (block >>> 48) & 0xFF]
                            ^ T0[(int) (block >>> 56)];
        }
        for (; i < end; i++) {
            update(bytes[i]);
        }
    }

    @Override
    public long getValue() {
        return ~state;
    }

    @Override
    public void reset() {
        state = -1L;
    }

    private static long[][] tables() {
        var tables = new long[8][256];
        for (int octet = 0; octet < 256; octet++) {
            long crc = octet;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ REFLECTED;
            }
            tables[0][octet] = crc;
        }
        for (int t = 1; t < 8; t++) {
            for (int octet = 0; octet < 256; octet++) {
                long before = tables[t - 1][octet];
                tables[t][octet] = tables[0][(int) before & 0xFF] ^ (before >>> 8);
            }
        }
        return tables;
    }
}
