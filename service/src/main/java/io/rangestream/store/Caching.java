package io.rangestream.store;

/** How long blocks and metadata of an object may be cached. */
public enum Caching {
    /**
     * Blocks stay in memory and on disk until they are evicted; metadata stays for its time to
     * live.
     */
    LASTING,
    /**
     * Blocks stay in memory until they are evicted. Nothing is written to disk, and no metadata is
     * cached.
     */
    BLOCKS_ONLY,
    /**
     * Nothing is cached. Concurrent readers share blocks, which are released once they are read.
     */
    PASSING;

    /** Whether blocks stay cached after they are read. */
    public boolean keepsBlocks() {
        return this != PASSING;
    }
}
