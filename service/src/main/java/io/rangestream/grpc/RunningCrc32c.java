package io.rangestream.grpc;

/**
 * The CRC-32C of bytes that follow each other, from those of their pieces: no byte is looked at
 * twice. A checksum is a remainder of polynomials over GF(2); the bytes that come after a piece
 * multiply its remainder by a power of x, which costs some dozens of shifts whatever their number.
 */
final class RunningCrc32c {
    // Castagnoli's polynomial; as in all of this, the highest power of x is the lowest bit.
    private static final int POLYNOMIAL = 0x82F63B78;
    private static final int ONE = 1 << 31;
    private static final int[] X_TO_THE_POWER_OF_TWO_TO_THE = powers();

    private int value;
    private int lastLength;
    private int lastFactor;

    private static int[] powers() {
        int[] powers = new int[Long.SIZE];
        int power = ONE >>> 1;
        for (int i = 0; i < powers.length; i++) {
            powers[i] = power;
            power = times(power, power);
        }
        return powers;
    }

    /** A piece of so many bytes, of this checksum, comes next. */
    void append(int crc, int length) {
        // Pieces are mostly of one length.
        if (length != lastLength) {
            lastLength = length;
            lastFactor = xToThe(8L * length);
        }
        value = times(lastFactor, value) ^ crc;
    }

    /** The checksum of all pieces so far. */
    int value() {
        return value;
    }

    private static int xToThe(long exponent) {
        int product = ONE;
        for (int i = 0; exponent >>> i != 0; i++) {
            if ((exponent >>> i & 1) != 0) {
                product = times(product, X_TO_THE_POWER_OF_TWO_TO_THE[i]);
            }
        }
        return product;
    }

    private static int times(int left, int right) {
        int product = 0;
        int shifted = right;
        for (int bit = ONE; bit != 0; bit >>>= 1) {
            if ((left & bit) != 0) {
                product ^= shifted;
            }
            shifted = (shifted & 1) == 0 ? shifted >>> 1 : shifted >>> 1 ^ POLYNOMIAL;
        }
        return product;
    }
}
