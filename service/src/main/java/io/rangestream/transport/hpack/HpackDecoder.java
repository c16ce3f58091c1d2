package io.rangestream.transport.hpack;

import java.util.Arrays;

/**
 * Decodes the header blocks of one connection (RFC 7541) and passes their fields to a {@link Sink}.
 * A block may arrive in parts; the caller holds the bytes of an incomplete field. Once the sink is
 * full, fields are no longer passed on, but the dynamic table is kept correct. For one thread.
 *
 * <p>Workaround for Helidon 4.5.0: names of pseudo-header fields that are spelled out are refused
 * (not reported).
 */
public final class HpackDecoder {
    private static final int INDEXED = 0x80;
    private static final int INCREMENTAL = 0x40;
    private static final int SIZE_UPDATE = 0x20;
    private static final int HUFFMAN = 0x80;
    private static final int INDEX_PREFIX = 7;
    private static final int INCREMENTAL_PREFIX = 6;
    private static final int SIZE_PREFIX = 5;
    private static final int LITERAL_PREFIX = 4;
    private static final int STRING_PREFIX = 7;
    private static final int BITS_PER_BYTE = 7;
    // Four bytes after the prefix: no valid length or index exceeds 2^28.
    private static final int MAX_SHIFT = 21;
    // Section 4.2: the smallest size since the last block, and the final size.
    private static final int MAX_SIZE_UPDATES = 2;
    private static final int SCRATCH_BYTES = 512;
    private static final int INCOMPLETE = -1;
    private static final byte[] NOTHING = {};

    private final HpackTable table;
    private final byte[] scratch = new byte[SCRATCH_BYTES];
    private int sizeUpdates;
    private boolean beforeFields;

    // The part that is being decoded.
    private byte[] bytes = NOTHING;
    private int at;
    private int end;

    /** Receives the fields of a block, in order. */
    public interface Sink {
        /** Adds a field. */
        void field(HpackField field);

        /** Returns whether no further field is accepted; later fields are not decoded. */
        boolean isFull();

        /** A field was skipped because the sink is full. */
        void skipped();
    }

    /**
     * Creates a decoder with an empty dynamic table.
     *
     * @param tableBytes SETTINGS_HEADER_TABLE_SIZE, as announced to the client
     */
    public HpackDecoder(int tableBytes) {
        this.table = new HpackTable(tableBytes);
    }

    /** Begins a header block. */
    public void begin() {
        beforeFields = true;
        sizeUpdates = 0;
    }

    /**
     * Decodes the fields that are complete.
     *
     * @return the position of the first incomplete field; {@code to} if all are complete
     * @throws HpackException if the bytes can't be decoded
     */
    public int decode(byte[] part, int from, int to, Sink sink) {
        bytes = part;
        at = from;
        end = to;
        int complete = from;
        while (at < end && field(sink)) {
            complete = at;
        }
        // An idle connection must not hold the bytes that it has read last.
        bytes = NOTHING;
        return complete;
    }

    /** Decodes one field or size update; returns false if it is incomplete. */
    private boolean field(Sink sink) {
        int first = bytes[at] & 0xFF;
        if ((first & INDEXED) != 0) {
            beforeFields = false;
            int index = integer(INDEX_PREFIX);
            if (index == INCOMPLETE) {
                return false;
            }
            HpackField field = table.get(index);
            if (sink.isFull()) {
                sink.skipped();
            } else {
                sink.field(field);
            }
            return true;
        }
        if ((first & INCREMENTAL) == 0 && (first & SIZE_UPDATE) != 0) {
            return sizeUpdate();
        }
        beforeFields = false;
        boolean isAdded = (first & INCREMENTAL) != 0;
        return literal(isAdded ? INCREMENTAL_PREFIX : LITERAL_PREFIX, isAdded, sink);
    }

    private boolean sizeUpdate() {
        int size = integer(SIZE_PREFIX);
        if (size == INCOMPLETE) {
            return false;
        }
        if (!beforeFields || ++sizeUpdates > MAX_SIZE_UPDATES) {
            throw new HpackException("a dynamic table size update is not at the block's beginning");
        }
        table.resize(size);
        return true;
    }

    private boolean literal(int prefix, boolean isAdded, Sink sink) {
        int index = integer(prefix);
        if (index == INCOMPLETE) {
            return false;
        }
        int nameAt = at;
        if (index == 0 && !skipString()) {
            return false;
        }
        int valueAt = at;
        if (!skipString()) {
            return false;
        }
        int next = at;
        HpackField named = index == 0 ? null : table.get(index);
        boolean isWanted = !sink.isFull();
        if (isWanted || isAdded) {
            byte[] name;
            int nameIndex;
            if (named == null) {
                at = nameAt;
                name = string();
                nameIndex = HpackTable.pseudoNameIndex(name);
            } else {
                name = named.name();
                nameIndex = named.nameIndex();
            }
            at = valueAt;
            HpackField field = new HpackField(name, string(), nameIndex, 0);
            if (isAdded) {
                table.add(field);
            }
            if (isWanted) {
                sink.field(field);
            }
        }
        if (!isWanted) {
            sink.skipped();
        }
        at = next;
        return true;
    }

    /** Skips a string (section 5.2); returns false if it is incomplete. */
    private boolean skipString() {
        if (at == end) {
            return false;
        }
        int length = integer(STRING_PREFIX);
        if (length == INCOMPLETE || length > end - at) {
            return false;
        }
        at += length;
        return true;
    }

    /** Decodes a complete string. */
    private byte[] string() {
        boolean isHuffman = (bytes[at] & HUFFMAN) != 0;
        int length = integer(STRING_PREFIX);
        int from = at;
        at += length;
        if (!isHuffman) {
            return Arrays.copyOfRange(bytes, from, at);
        }
        int room = Huffman.maxDecodedLength(length);
        byte[] out = room <= scratch.length ? scratch : new byte[room];
        return Arrays.copyOf(out, Huffman.decode(bytes, from, at, out));
    }

    /** Decodes an integer (section 5.1); returns {@link #INCOMPLETE} if bytes are missing. */
    private int integer(int prefix) {
        int mask = (1 << prefix) - 1;
        int value = bytes[at++] & mask;
        if (value < mask) {
            return value;
        }
        for (int shift = 0; shift <= MAX_SHIFT; shift += BITS_PER_BYTE) {
            if (at == end) {
                return INCOMPLETE;
            }
            int next = bytes[at++];
            value += (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new HpackException("an integer is too large");
    }

    /** Returns the size of the dynamic table's entries in bytes. */
    public int tableSize() {
        return table.size();
    }
}
