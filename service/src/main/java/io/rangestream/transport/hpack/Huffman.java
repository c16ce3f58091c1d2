package io.rangestream.transport.hpack;

/**
 * Decodes the Huffman code of RFC 7541, Appendix B. The code is canonical, so the lengths of its
 * codes define it. Used by {@link HpackDecoder}.
 *
 * <p>Part of the workaround {@link HpackDecoder}.
 */
final class Huffman {
    /** The length of each symbol's code in bits; the last symbol is EOS. */
    // spotless:off
    private static final byte[] LENGTHS = {
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30
    };

    // spotless:on

    private static final int EOS = 256;
    private static final int SHORTEST = 5;
    private static final int LONGEST = 30;
    private static final int WINDOW_BITS = 32;
    private static final int MAX_PADDING_BITS = 7;

    // Codes of up to this many bits are looked up in a table. All usual characters of fields have
    // such codes.
    private static final int DIRECT_BITS = 10;
    private static final int LENGTH_BITS = 4;
    private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;
    private static final short[] DIRECT = new short[1 << DIRECT_BITS];

    // Longer codes are found by their length: the first code, the number of codes, their symbols.
    private static final int[] FIRST = new int[LONGEST + 1];
    private static final int[] COUNT = new int[LONGEST + 1];
    private static final int[] OFFSET = new int[LONGEST + 1];
    private static final short[] SYMBOLS = new short[LENGTHS.length];

    static {
        int code = 0;
        int sorted = 0;
        for (int length = SHORTEST; length <= LONGEST; length++) {
            FIRST[length] = code;
            OFFSET[length] = sorted;
            for (int symbol = 0; symbol < LENGTHS.length; symbol++) {
                if (LENGTHS[symbol] == length) {
                    if (length <= DIRECT_BITS) {
                        int from = code << DIRECT_BITS - length;
                        int to = code + 1 << DIRECT_BITS - length;
                        for (int i = from; i < to; i++) {
                            DIRECT[i] = (short) (symbol << LENGTH_BITS | length);
                        }
                    }
                    SYMBOLS[sorted++] = (short) symbol;
                    code++;
                }
            }
            COUNT[length] = sorted - OFFSET[length];
            code <<= 1;
        }
    }

    private Huffman() {}

    /** Returns the length of the longest text that is encoded in this many bytes. */
    static int maxDecodedLength(int encodedBytes) {
        return encodedBytes * Byte.SIZE / SHORTEST;
    }

    /**
     * Decodes a string.
     *
     * @param out an array of at least {@link #maxDecodedLength} bytes
     * @return the number of decoded bytes
     * @throws HpackException if the string contains EOS or has a wrong padding (section 5.2)
     */
    static int decode(byte[] in, int from, int to, byte[] out) {
        long bits = 0;
        int count = 0;
        int at = from;
        int written = 0;
        while (true) {
            while (count <= WINDOW_BITS - Byte.SIZE + LONGEST - SHORTEST && at < to) {
                bits = bits << Byte.SIZE | in[at++] & 0xFF;
                count += Byte.SIZE;
            }
            if (count == 0) {
                return written;
            }
            int window =
                    count >= WINDOW_BITS
                            ? (int) (bits >>> count - WINDOW_BITS)
                            : (int) (bits << WINDOW_BITS - count) | (1 << WINDOW_BITS - count) - 1;
            int entry = DIRECT[window >>> WINDOW_BITS - DIRECT_BITS];
            int length = entry != 0 ? entry & LENGTH_MASK : longLength(window);
            if (length > count) {
                if (count > MAX_PADDING_BITS || window != -1) {
                    throw new HpackException("a Huffman string has a wrong padding");
                }
                return written;
            }
            int symbol =
                    entry != 0
                            ? entry >>> LENGTH_BITS
                            : SYMBOLS[
                                    OFFSET[length]
                                            + (window >>> WINDOW_BITS - length)
                                            - FIRST[length]];
            if (symbol == EOS) {
                throw new HpackException("a Huffman string contains EOS");
            }
            out[written++] = (byte) symbol;
            count -= length;
        }
    }

    private static int longLength(int window) {
        for (int length = DIRECT_BITS + 1; length < LONGEST; length++) {
            if ((window >>> WINDOW_BITS - length) - FIRST[length] < COUNT[length]) {
                return length;
            }
        }
        return LONGEST;
    }
}
