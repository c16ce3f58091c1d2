package io.rangestream.engine.disk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One entry of an index file, which describes one block of the segment. Layout, big-endian: length
 * of the rest (4 bytes), CRC-32C of the rest (4), the rest: offset of the block in the segment's
 * {@code .blocks} file (8), checksum of the block (4), its {@linkplain BlockAddress#encoded encoded
 * address}. The file begins with {@link #header}.
 *
 * @param address identifies the block
 * @param offset offset of the block's first byte in the {@code .blocks} file
 * @param checksum {@link StoredBlock#checksum} of the block
 */
record IndexEntry(BlockAddress address, long offset, int checksum) {
    /** Identifies an index file; the last two bytes are the version of the format. */
    private static final byte[] HEADER = "RngDsk01".getBytes(StandardCharsets.US_ASCII);

    private static final int PREFIX_BYTES = 4 + 4;
    private static final int FIXED_BYTES = 8 + 4;
    private static final int MAX_REST_BYTES = FIXED_BYTES + BlockAddress.MAX_ENCODED_BYTES;

    /** Upper bound of the length of an entry. */
    static final int MAX_BYTES = PREFIX_BYTES + MAX_REST_BYTES;

    static byte[] header() {
        return HEADER.clone();
    }

    static boolean hasHeader(byte[] file, int length) {
        return length >= HEADER.length
                && Arrays.equals(file, 0, HEADER.length, HEADER, 0, HEADER.length);
    }

    /**
     * The entry as stored.
     *
     * @param encodedAddress {@link BlockAddress#encoded} of the address
     */
    byte[] bytes(byte[] encodedAddress) {
        int rest = FIXED_BYTES + encodedAddress.length;
        ByteBuffer entry = ByteBuffer.allocate(PREFIX_BYTES + rest);
        entry.putInt(rest).putInt(0).putLong(offset).putInt(checksum).put(encodedAddress);
        entry.putInt(4, crc32c(entry.array(), PREFIX_BYTES, rest));
        return entry.array();
    }

    /**
     * The position after the entry at {@code position}; -1 if the file ends before it or its length
     * is out of bounds.
     */
    static int next(byte[] file, int length, int position) {
        if (length - position < PREFIX_BYTES) {
            return -1;
        }
        int rest = ByteBuffer.wrap(file).getInt(position);
        boolean plausible = rest >= FIXED_BYTES && rest <= MAX_REST_BYTES;
        return plausible && rest <= length - position - PREFIX_BYTES
                ? position + PREFIX_BYTES + rest
                : -1;
    }

    /** Parses the entry between two positions; empty if it is torn or corrupt. */
    static Optional<IndexEntry> parse(byte[] file, int from, int next) {
        ByteBuffer buffer = ByteBuffer.wrap(file);
        int rest = from + PREFIX_BYTES;
        if (buffer.getInt(from + 4) != crc32c(file, rest, next - rest)) {
            return Optional.empty();
        }
        int addressAt = rest + FIXED_BYTES;
        long offset = buffer.getLong(rest);
        int checksum = buffer.getInt(rest + 8);
        return BlockAddress.decode(file, addressAt, next - addressAt)
                .map(address -> new IndexEntry(address, offset, checksum));
    }

    private static int crc32c(byte[] array, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(array, offset, length);
        return (int) crc.getValue();
    }
}
