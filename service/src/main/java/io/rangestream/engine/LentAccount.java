package io.rangestream.engine;

import io.rangestream.store.OpenRead.Origin;

/**
 * Accounts the bytes that one reader is lent, by their origin: of all readers of the same bytes,
 * the first one counts as served by the store or the disk, and later ones as served from memory.
 * Used by the reader's thread.
 */
final class LentAccount {
    private final EngineStats stats;
    private Origin origin = Origin.MEMORY;
    // The bytes of the current slice that no reader was lent before.
    private int firstTimeLent;

    LentAccount(EngineStats stats) {
        this.stats = stats;
    }

    /**
     * Counts a slice of a block.
     *
     * @param from the offset of the slice in the block
     * @param end the end of the slice in the block, exclusive
     */
    void lent(Block block, int from, int end) {
        firstTimeLent = block.markLent(from, end);
        if (firstTimeLent > 0) {
            stats.firstLentBytes.add(firstTimeLent);
            origin = block.isFromDisk() ? Origin.DISK : Origin.STORE;
        } else {
            stats.hits.increment();
            origin = Origin.MEMORY;
        }
    }

    /** Corrects the count: {@code bytes} bytes of the current slice were not sent to the client. */
    void discarded(int bytes) {
        int notSent = Math.min(bytes, firstTimeLent);
        firstTimeLent -= notSent;
        stats.firstLentBytes.add(-notSent);
    }

    /** The origin of the current slice. */
    Origin origin() {
        return origin;
    }
}
