package io.brume.common.aws.sigv4;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.Checksum;

/**
 * CRC-64/NVME: polynomial AD93D23594C93659, reflected, all ones before and after. Sixteen bytes a
 * step by as many tables: half of them are looked up while the sum of the step before is still
 * awaited. One thread at a time.
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
    private static final long[] T8 = TABLES[8];
    private static final long[] T9 = TABLES[9];
    private static final long[] T10 = TABLES[10];
    private static final long[] T11 = TABLES[11];
    private static final long[] T12 = TABLES[12];
    private static final long[] T13 = TABLES[13];
    private static final long[] T14 = TABLES[14];
    private static final long[] T15 = TABLES[15];

    private long state = -1L;

    @Override
    public void update(int octet) {
        state = T0[(int) (state ^ octet) & 0xFF] ^ (state >>> 8);
    }

    @Override
    public void update(byte[] bytes, int offset, int count) {
        int i = offset;
        int end = offset + count;
        for (; end - i >= 16; i += 16) {
            long first = state ^ (long) WORDS.get(bytes, i);
            long second = (long) WORDS.get(bytes, i + 8);
            long ahead =
                    T7[(int) second & 0xFF]
                            ^ T6[(int) (second >>> 8) & 0xFF]
                            ^ T5[(int) (second >>> 16) & 0xFF]
                            ^ T4[(int) (second >>> 24) & 0xFF]
                            ^ T3[(int) (second >>> 32) & 0xFF]
                            ^ T2[(int) (second >>> 40) & 0xFF]
                            ^ T1[(int) (second >>> 48) & 0xFF]
                            ^ T0[(int) (second >>> 56) & 0xFF];
            // In pairs: nothing of this waits for more than it must.
            state =
                    ((T15[(int) first & 0xFF] ^ T14[(int) (first >>> 8) & 0xFF])
                                    ^ (T13[(int) (first >>> 16) & 0xFF]
                                            ^ T12[(int) (first >>> 24) & 0xFF]))
                            ^ ((T11[(int) (first >>> 32) & 0xFF] ^ T10[(int) (first >>> 40) & 0xFF])
                                    ^ (T9[(int) (first >>> 48) & 0xFF]
                                            ^ T8[(int) (first >>> 56) & 0xFF]))
                            ^ ahead;
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
        var tables = new long[16][256];
        for (int octet = 0; octet < 256; octet++) {
            long crc = octet;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ REFLECTED;
            }
            tables[0][octet] = crc;
        }
        for (int t = 1; t < 16; t++) {
            for (int octet = 0; octet < 256; octet++) {
                long before = tables[t - 1][octet];
                tables[t][octet] = tables[0][(int) before & 0xFF] ^ (before >>> 8);
            }
        }
        return tables;
    }
}
