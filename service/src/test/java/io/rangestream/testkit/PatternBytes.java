package io.rangestream.testkit;

/** Bytes that tell their position: no two windows of an object look alike by chance. */
public final class PatternBytes {
    private PatternBytes() {}

    /** The byte at a position. */
    public static byte at(long position) {
        long mixed = position * 0x9E37_79B9_7F4A_7C15L;
        return (byte) (mixed >>> 56);
    }

    /** The bytes from {@code firstPos} on. */
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
     * The first position where an array differs from the pattern; -1 where it is the same.
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
