package io.rangestream.engine.disk;

import java.io.IOException;
import java.util.zip.CRC32C;

/**
 * The place of a block on disk. Takes about 120 bytes of heap, with its entry in the {@link
 * BlockIndex}. Safe for many threads.
 */
final class StoredBlock {
    private final BlockAddress address;
    private final Segment segment;
    private final long offset;
    private final int checksum;

    // Readers set it without synchronization and the writer thread reads it at the eviction. A
    // stale value only changes which blocks are kept.
    private boolean wasRead;

    StoredBlock(IndexEntry entry, Segment segment) {
        this.address = entry.address();
        this.segment = segment;
        this.offset = entry.offset();
        this.checksum = entry.checksum();
    }

    BlockAddress address() {
        return address;
    }

    Segment segment() {
        return segment;
    }

    int length() {
        return address.length();
    }

    /** Whether a reader has read the block since it was written. */
    boolean wasRead() {
        return wasRead;
    }

    void markRead() {
        // Only the first read writes, because many readers share the cache line.
        if (!wasRead) {
            wasRead = true;
        }
    }

    /** Reads the block into the array; false if the bytes on disk do not match its checksum. */
    boolean read(byte[] array) throws IOException {
        int length = length();
        if (segment.read(array, length, offset) < length) {
            return false;
        }
        return address.encoded()
                .filter(encoded -> checksum(array, length, encoded) == checksum)
                .isPresent();
    }

    /**
     * CRC-32C of a block and its address. The address is included to detect intact bytes of another
     * block.
     */
    static int checksum(byte[] array, int length, byte[] encodedAddress) {
        CRC32C crc = new CRC32C();
        crc.update(array, 0, length);
        crc.update(encodedAddress, 0, encodedAddress.length);
        return (int) crc.getValue();
    }
}
