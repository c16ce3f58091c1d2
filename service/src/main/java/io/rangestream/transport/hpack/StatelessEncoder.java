package io.rangestream.transport.hpack;

import java.util.Arrays;

/**
 * Encodes a header block without a dynamic table: by indices of the static table and literals
 * without indexing. Used for the header sections that Helidon gets. For one thread.
 *
 * <p>Workaround for Helidon 4.5.0: names of pseudo-header fields that are spelled out are refused
 * (not reported).
 */
public final class StatelessEncoder {
    private static final int INDEXED = 0x80;
    private static final int LITERAL_PREFIX = 4;
    private static final int STRING_PREFIX = 7;
    private static final int CONTINUES = 0x80;
    private static final int BITS_PER_BYTE = 7;
    private static final int INITIAL_BYTES = 512;
    // An index and two lengths, each of less than 2^28.
    private static final int MAX_INTEGERS_BYTES = 15;

    private byte[] block = new byte[INITIAL_BYTES];
    private int length;

    /** Creates an encoder with an empty block. */
    public StatelessEncoder() {}

    /** Begins a new block. */
    public void clear() {
        length = 0;
        if (block.length > INITIAL_BYTES) {
            block = new byte[INITIAL_BYTES];
        }
    }

    /** Adds a field. */
    public void add(HpackField field) {
        if (field.index() != 0) {
            reserve(1);
            block[length++] = (byte) (INDEXED | field.index());
        } else {
            add(field.nameIndex(), field.name(), field.value());
        }
    }

    /** Adds a field with a name from the static table. */
    public void add(int nameIndex, byte[] value) {
        add(nameIndex, value, value);
    }

    private void add(int nameIndex, byte[] name, byte[] value) {
        reserve(name.length + value.length + MAX_INTEGERS_BYTES);
        integer(nameIndex, LITERAL_PREFIX);
        if (nameIndex == 0) {
            string(name);
        }
        string(value);
    }

    private void string(byte[] bytes) {
        integer(bytes.length, STRING_PREFIX);
        System.arraycopy(bytes, 0, block, length, bytes.length);
        length += bytes.length;
    }

    private void integer(int value, int prefix) {
        int mask = (1 << prefix) - 1;
        if (value < mask) {
            block[length++] = (byte) value;
            return;
        }
        block[length++] = (byte) mask;
        int rest = value - mask;
        while (rest >= CONTINUES) {
            block[length++] = (byte) (rest | CONTINUES);
            rest >>>= BITS_PER_BYTE;
        }
        block[length++] = (byte) rest;
    }

    private void reserve(int bytes) {
        if (block.length - length < bytes) {
            block = Arrays.copyOf(block, Math.max(block.length * 2, length + bytes));
        }
    }

    /** Returns the length of the block in bytes. */
    public int length() {
        return length;
    }

    /** Returns the block, in an array that may be longer and that the next block overwrites. */
    public byte[] block() {
        return block;
    }
}
