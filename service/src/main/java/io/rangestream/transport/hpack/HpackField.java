package io.rangestream.transport.hpack;

import java.util.Arrays;

/**
 * A field as it was decoded. The arrays are shared with the decoder's tables and must not be
 * changed.
 */
public final class HpackField {
    /** What each entry counts beside its bytes: RFC 7541, section 4.1, and RFC 9113, 6.5.2. */
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

    /** The field's name; not validated unless it has a {@link #nameIndex}. */
    public byte[] name() {
        return name;
    }

    /** The field's value; not validated. */
    public byte[] value() {
        return value;
    }

    /** An index of the static table with this name; 0 if the decoder did not find one. */
    public int nameIndex() {
        return nameIndex;
    }

    /** The index of the static table with this name and value; 0 if it is not such an entry. */
    int index() {
        return index;
    }

    /** The size as tables and header lists count it. */
    public int size() {
        return name.length + value.length + OVERHEAD_BYTES;
    }

    /** Whether this is the field's name, in lower case. */
    public boolean isNamed(byte[] other) {
        return Arrays.equals(name, other);
    }
}
