package io.rangestream.client.cli;

import java.util.zip.Checksum;

/**
 * CRC-64/NVME (NVM Express Command Set Specification 1.0, section 5.2.1.3.4): reflected, with all
 * ones as initial value and final XOR. Its check value (of the ASCII digits 1 to 9) is
 * AE8B14860A799888.
 */
final class Crc64Nvme implements Checksum {
    /** The polynomial AD93D23594C93659 with reversed bits. */
    private static final long POLYNOMIAL = 0x9A6C9329AC4BC9B5L;

    private static final long[] TABLE = new long[256];

    static {
        for (int index = 0; index < TABLE.length; index++) {
            long value = index;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                value = (value & 1) == 0 ? value >>> 1 : value >>> 1 ^ POLYNOMIAL;
            }
            TABLE[index] = value;
        }
    }

    private long state = -1;

    @Override
    public void update(int value) {
        state = TABLE[(int) (state ^ value) & 0xFF] ^ state >>> Byte.SIZE;
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            update(bytes[i]);
        }
    }

    @Override
    public long getValue() {
        return ~state;
    }

    @Override
    public void reset() {
        state = -1;
    }
}
