package io.rangestream.transport.hpack;

import java.util.Arrays;

/**
 * A decoded field of a header section, and an entry of the HPACK tables. Immutable: the arrays are
 * shared with the decoder's tables and must not be changed.
 *
 * <p>Part of the workaround {@link HpackDecoder}.
 */
public final class HpackField {
    /** Bytes that each entry counts in addition: RFC 7541, section 4.1, and RFC 9113, 6.5.2. */
    private static final int OVERHEAD_BYTES = 32;

    private final byte[] name;
    private final byte[] value;
    private final int nameIndex;
    private final int index;

    HpackField(byte[] name, byte[] value, int nameIndex, int index) {
        this.name = name;
        this.value = value;
        this.nameIndex = nameIndex;
        this.index = index;
    }

    /** Returns the field's name, which is validated only if it has a {@link #nameIndex}. */
    public byte[] name() {
        return name;
    }

    /** Returns the field's value, which is not validated. */
    public byte[] value() {
        return value;
    }

    /** Returns an index of the static table with this name; 0 if the decoder knows none. */
    public int nameIndex() {
        return nameIndex;
    }

    /** Returns the field's index in the static table; 0 if the field is not an entry of it. */
    int index() {
        return index;
    }

    /** Returns the size in bytes, as tables and header lists count it. */
    public int size() {
        return name.length + value.length + OVERHEAD_BYTES;
    }

    /** Returns whether the field has this name, given in lower case. */
    public boolean isNamed(byte[] other) {
        return Arrays.equals(name, other);
    }
}
