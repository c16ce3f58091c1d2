package io.rangestream.engine.disk;

import java.io.IOException;

/** Where a block lies. About 120 bytes of heap with its place in the {@link BlockIndex}. */
final class StoredBlock {
    private final BlockAddress address;
    private final Segment segment;
    private final long offset;
    private final int checksum;

    // Written by readers without order, read by the writer: whether it is seen a moment later does
    // not matter.
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

    /** Whether somebody has wanted it since it was written. */
    boolean wasRead() {
        return wasRead;
    }

    void markRead() {
        // Not written again where it is set: many readers share its cache line.
        if (!wasRead) {
            wasRead = true;
        }
    }

    /** Fills the array; false where what lies there is not this block. */
    boolean read(byte[] array) throws IOException {
        int length = length();
        if (segment.read(array, length, offset) < length) {
            return false;
        }
        return AddressBytes.of(address)
                .filter(bytes -> Checksum.ofBlock(array, length, bytes) == checksum)
                .isPresent();
    }
}
