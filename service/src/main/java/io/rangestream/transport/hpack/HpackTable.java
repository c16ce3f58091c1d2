package io.rangestream.transport.hpack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * The static table (RFC 7541, Appendix A) and one connection's dynamic table (section 2.3.2) with a
 * fixed bound on its size. Owned by a {@link HpackDecoder}. For one thread.
 *
 * <p>Part of the workaround {@link HpackDecoder}.
 */
final class HpackTable {
    private static final String[][] STATIC_FIELDS = {
        {":authority", ""},
        {":method", "GET"},
        {":method", "POST"},
        {":path", "/"},
        {":path", "/index.html"},
        {":scheme", "http"},
        {":scheme", "https"},
        {":status", "200"},
        {":status", "204"},
        {":status", "206"},
        {":status", "304"},
        {":status", "400"},
        {":status", "404"},
        {":status", "500"},
        {"accept-charset", ""},
        {"accept-encoding", "gzip, deflate"},
        {"accept-language", ""},
        {"accept-ranges", ""},
        {"accept", ""},
        {"access-control-allow-origin", ""},
        {"age", ""},
        {"allow", ""},
        {"authorization", ""},
        {"cache-control", ""},
        {"content-disposition", ""},
        {"content-encoding", ""},
        {"content-language", ""},
        {"content-length", ""},
        {"content-location", ""},
        {"content-range", ""},
        {"content-type", ""},
        {"cookie", ""},
        {"date", ""},
        {"etag", ""},
        {"expect", ""},
        {"expires", ""},
        {"from", ""},
        {"host", ""},
        {"if-match", ""},
        {"if-modified-since", ""},
        {"if-none-match", ""},
        {"if-range", ""},
        {"if-unmodified-since", ""},
        {"last-modified", ""},
        {"link", ""},
        {"location", ""},
        {"max-forwards", ""},
        {"proxy-authenticate", ""},
        {"proxy-authorization", ""},
        {"range", ""},
        {"referer", ""},
        {"refresh", ""},
        {"retry-after", ""},
        {"server", ""},
        {"set-cookie", ""},
        {"strict-transport-security", ""},
        {"transfer-encoding", ""},
        {"user-agent", ""},
        {"vary", ""},
        {"via", ""},
        {"www-authenticate", ""},
    };

    private static final int PSEUDO_FIELDS = 14;
    private static final int SMALLEST_ENTRY_BYTES = 32;
    private static final HpackField[] STATIC = staticFields();

    private final int bound;
    private @Nullable HpackField[] ring = new HpackField[0];
    private int newest;
    private int count;
    private int size;
    private int maxSize;

    /**
     * Creates an empty dynamic table.
     *
     * @param bound SETTINGS_HEADER_TABLE_SIZE in bytes, as announced to the client
     */
    HpackTable(int bound) {
        this.bound = bound;
        this.maxSize = bound;
    }

    private static HpackField[] staticFields() {
        HpackField[] fields = new HpackField[STATIC_FIELDS.length + 1];
        fields[0] = new HpackField(new byte[0], new byte[0], 0, 0);
        int nameIndex = 0;
        for (int i = 1; i < fields.length; i++) {
            byte[] name = STATIC_FIELDS[i - 1][0].getBytes(US_ASCII);
            if (!fields[i - 1].isNamed(name)) {
                nameIndex = i;
            }
            byte[] value = STATIC_FIELDS[i - 1][1].getBytes(US_ASCII);
            fields[i] = new HpackField(name, value, nameIndex, i);
        }
        return fields;
    }

    /** Returns an index for the name of a pseudo-header field; 0 for other names. */
    static int pseudoNameIndex(byte[] name) {
        if (name.length > 0 && name[0] == ':') {
            for (int i = 1; i <= PSEUDO_FIELDS; i++) {
                if (STATIC[i].isNamed(name)) {
                    return i;
                }
            }
        }
        return 0;
    }

    /**
     * Returns the field at an index of both tables.
     *
     * @throws HpackException if the index is 0 or beyond the last entry
     */
    HpackField get(int index) {
        if (index > 0 && index < STATIC.length) {
            return STATIC[index];
        }
        int dynamic = index - STATIC.length;
        HpackField field =
                dynamic >= 0 && dynamic < count
                        ? ring[Math.floorMod(newest - dynamic, ring.length)]
                        : null;
        if (field == null) {
            throw new HpackException("no entry has the index " + index);
        }
        return field;
    }

    /**
     * Sets the maximum size.
     *
     * @throws HpackException if it is above the bound
     */
    void resize(int newMaxSize) {
        if (newMaxSize > bound) {
            throw new HpackException("a dynamic table of " + newMaxSize + " bytes is not allowed");
        }
        maxSize = newMaxSize;
        evict(0);
    }

    /** Adds an entry; an entry that is larger than the table empties it (section 4.4). */
    void add(HpackField field) {
        evict(field.size());
        if (field.size() > maxSize) {
            return;
        }
        if (ring.length == 0) {
            ring = new HpackField[bound / SMALLEST_ENTRY_BYTES];
        }
        newest = (newest + 1) % ring.length;
        ring[newest] = field;
        count++;
        size += field.size();
    }

    private void evict(int room) {
        if (room > maxSize) {
            Arrays.fill(ring, null);
            count = 0;
            size = 0;
        }
        while (count > 0 && size + room > maxSize) {
            int oldest = Math.floorMod(newest - count + 1, ring.length);
            HpackField field = ring[oldest];
            size -= field == null ? 0 : field.size();
            ring[oldest] = null;
            count--;
        }
    }

    /** Returns the size of all entries in bytes. */
    int size() {
        return size;
    }
}
