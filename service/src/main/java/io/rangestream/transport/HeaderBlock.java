package io.rangestream.transport;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The fields of a head as HPACK has them (RFC 7541), of which the beginning is enough. Names of
 * pseudo-header fields that are spelled out become the numbers that they have in the static table
 * (its Appendix A): it means the same, fills the dynamic table the same, and Helidon 4.5.0 takes
 * nothing else. gRPC's core, which Python's and C++'s clients stand on, spells them out.
 */
final class HeaderBlock {
    private static final int INDEXED = 0x80;
    private static final int INCREMENTAL = 0x40;
    private static final int SIZE_UPDATE = 0x20;
    private static final int BYTE = 0xFF;
    private static final int SHORT_PREFIX = 4;
    private static final int SIZE_PREFIX = 5;
    private static final int LONG_PREFIX = 6;
    private static final int STRING_PREFIX = 7;
    private static final int MOST_SHIFT = 21;
    private static final int NOT_ALL_THERE = -1;

    /** Names with the octet of their length, in ASCII and in Huffman's code. */
    private static final Map<String, Integer> NUMBERS =
            Map.of(
                    "\12:authority",
                    1,
                    "\7:method",
                    2,
                    "\5:path",
                    4,
                    "\7:scheme",
                    6,
                    "\210\270\073\123\071\354\062\175\177",
                    1,
                    "\205\271\111\123\071\344",
                    2,
                    "\204\271\130\323\077",
                    4,
                    "\205\270\202\116\132\113",
                    6);

    private final byte[] block;

    private HeaderBlock(byte[] block) {
        this.block = block;
    }

    /** The same fields by their numbers; the same array where none was spelled out. */
    static byte[] numbered(byte[] block) {
        return new HeaderBlock(block).numbered();
    }

    private byte[] numbered() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(block.length);
        int copied = 0;
        int at = 0;
        while (at >= 0 && at < block.length) {
            int first = block[at] & BYTE;
            if ((first & INDEXED) != 0) {
                at = afterInteger(at, STRING_PREFIX);
            } else if ((first & INCREMENTAL) == 0 && (first & SIZE_UPDATE) != 0) {
                at = afterInteger(at, SIZE_PREFIX);
            } else {
                int prefix = (first & INCREMENTAL) != 0 ? LONG_PREFIX : SHORT_PREFIX;
                boolean isSpelledOut = (first & (1 << prefix) - 1) == 0;
                int value = isSpelledOut ? afterString(at + 1) : afterInteger(at, prefix);
                int number = isSpelledOut && value >= 0 ? number(at + 1, value) : 0;
                if (number > 0) {
                    out.write(block, copied, at - copied);
                    out.write(first | number);
                    copied = value;
                }
                at = value >= 0 ? afterString(value) : value;
            }
        }
        if (copied == 0) {
            return block;
        }
        out.write(block, copied, block.length - copied);
        return out.toByteArray();
    }

    private int number(int from, int to) {
        String name = new String(block, from, to - from, StandardCharsets.ISO_8859_1);
        return NUMBERS.getOrDefault(name, 0);
    }

    /** Where an integer (section 5.1) ends. */
    private int afterInteger(int at, int prefix) {
        int mask = (1 << prefix) - 1;
        if ((block[at] & mask) != mask) {
            return at + 1;
        }
        for (int next = at + 1; next < block.length; next++) {
            if (block[next] >= 0) {
                return next + 1;
            }
        }
        return NOT_ALL_THERE;
    }

    /** Where a string (section 5.2) ends. */
    private int afterString(int at) {
        int begin = at < block.length ? afterInteger(at, STRING_PREFIX) : NOT_ALL_THERE;
        if (begin < 0) {
            return begin;
        }
        int mask = (1 << STRING_PREFIX) - 1;
        int length = block[at] & mask;
        for (int next = at + 1, shift = 0; next < begin; next++, shift += STRING_PREFIX) {
            if (shift > MOST_SHIFT) {
                return NOT_ALL_THERE;
            }
            length += (block[next] & mask) << shift;
        }
        return length <= block.length - begin ? begin + length : NOT_ALL_THERE;
    }
}
