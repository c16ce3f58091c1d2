package io.rangestream.testkit.store;

/**
 * Test content that depends on the position, so that displaced bytes are detected: no two ranges of
 * an object are equal by chance.
 */
public final class PatternBytes {
    private PatternBytes() {}

    /** The byte at a position. */
    public static byte at(long position) {
        long mixed = position * 0x9E37_79B9_7F4A_7C15L;
        return (byte) (mixed >>> 56);
    }

    /** {@code length} bytes from {@code firstPos}. */
    public static byte[] of(long firstPos, int length) {
        byte[] bytes = new byte[length];
        fill(bytes, 0, length, firstPos);
        return bytes;
    }

    static void fill(byte[] array, int offset, int length, long firstPos) {
        for (int i = 0; i < length; i++) {
            array[offset + i] = at(firstPos + i);
        }
    }

    /**
     * The first position at which an array differs from the pattern; -1 if it does not differ.
     *
     * @param firstPos the position of the array's first byte
     */
    public static long firstDifference(byte[] array, int length, long firstPos) {
        for (int i = 0; i < length; i++) {
            if (array[i] != at(firstPos + i)) {
                return firstPos + i;
            }
        }
        return -1;
    }
}
