package io.rangestream.store;

/** What may be kept of an object once it has been read. */
public enum Caching {
    /** Blocks for as long as there is room, in memory and on disk; metadata for its lifetime. */
    LASTING,
    /** Blocks in memory for as long as there is room; nothing on disk, and no metadata. */
    BLOCKS_ONLY,
    /** Nothing: blocks are shared by who reads at the same time, and dropped when read. */
    PASSING;

    /** Whether blocks stay once they are read. */
    public boolean keepsBlocks() {
        return this != PASSING;
    }
}
