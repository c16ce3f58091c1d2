package io.rangestream.grpc;

/**
 * Computes the CRC-32C of consecutive pieces from the checksums of the pieces, without reading a
 * byte twice. Used by one writer of a response. Not safe for concurrent use.
 *
 * <p>A checksum is the remainder of a polynomial over GF(2). Appending n bytes multiplies the
 * remainder before them by x to the power 8n, which takes some dozens of shifts for any n.
 */
public final class RunningCrc32c {
    // Castagnoli's polynomial. The lowest bit of each int here is the highest power of x.
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

    /**
     * Appends a piece.
     *
     * @param crc the CRC-32C of the piece
     * @param length the length of the piece, in bytes
     */
    public void append(int crc, int length) {
        // Most pieces have the same length.
        if (length != lastLength) {
            lastLength = length;
            lastFactor = xToThe(8L * length);
        }
        value = times(lastFactor, value) ^ crc;
    }

    /** The checksum of all pieces appended so far; 0 if there are none. */
    public int value() {
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
