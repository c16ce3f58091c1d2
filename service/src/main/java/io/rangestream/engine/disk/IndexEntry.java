package io.rangestream.engine.disk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * One entry of an index file: the length of the rest (4 bytes), the rest's CRC-32C (4), the block's
 * place in the segment's blocks (8), its checksum (4), its address. Numbers are big-endian. Before
 * the first entry stands {@link #HEAD}.
 *
 * @param offset of the block's first byte in the {@code .blocks} file
 * @param checksum {@link Checksum#ofBlock}
 */
record IndexEntry(BlockAddress address, long offset, int checksum) {
    /** Eight bytes that no other program writes, the last two of them the format's version. */
    private static final byte[] HEAD = "RngDsk01".getBytes(StandardCharsets.US_ASCII);

    private static final int PREFIX_BYTES = 4 + 4;
    private static final int FIXED_BYTES = 8 + 4;
    private static final int MAX_REST_BYTES = FIXED_BYTES + AddressBytes.MAX_BYTES;

    /** Larger than any entry. */
    static final int MAX_BYTES = PREFIX_BYTES + MAX_REST_BYTES;

    static byte[] head() {
        return HEAD.clone();
    }

    static boolean hasHead(byte[] file, int length) {
        return length >= HEAD.length && Arrays.equals(file, 0, HEAD.length, HEAD, 0, HEAD.length);
    }

    /**
     * @param addressBytes {@link AddressBytes#of} the address
     */
    byte[] bytes(byte[] addressBytes) {
        int rest = FIXED_BYTES + addressBytes.length;
        ByteBuffer entry = ByteBuffer.allocate(PREFIX_BYTES + rest);
        entry.putInt(rest).putInt(0).putLong(offset).putInt(checksum).put(addressBytes);
        entry.putInt(4, Checksum.of(entry.array(), PREFIX_BYTES, rest));
        return entry.array();
    }

    /** Where the next entry begins; -1 where what stands here cannot be the length of one. */
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

    /** The entry between two positions; empty where it is torn or broken. */
    static Optional<IndexEntry> parse(byte[] file, int from, int next) {
        ByteBuffer buffer = ByteBuffer.wrap(file);
        int rest = from + PREFIX_BYTES;
        if (buffer.getInt(from + 4) != Checksum.of(file, rest, next - rest)) {
            return Optional.empty();
        }
        int addressAt = rest + FIXED_BYTES;
        long offset = buffer.getLong(rest);
        int checksum = buffer.getInt(rest + 8);
        return AddressBytes.parse(file, addressAt, next - addressAt)
                .map(address -> new IndexEntry(address, offset, checksum));
    }
}
