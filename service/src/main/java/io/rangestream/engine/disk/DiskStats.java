package io.rangestream.engine.disk;

/**
 * What the tier has, and what it did since it was opened. The numbers are read one after another,
 * not at one moment.
 *
 * @param on whether it works
 * @param sizeBytes the bound on {@code usedBytes}
 * @param usedBytes of the disk, with what the file system needs for it; 0 while it is off
 * @param blocks that can be read
 * @param hits reads that got their block
 * @param misses reads that got none
 * @param writes blocks that were written behind
 * @param dropped blocks that were not, as too many waited or the disk has no room for one
 * @param corrupt blocks that were found to be broken; each was a miss too
 */
public record DiskStats(
        boolean on,
        long sizeBytes,
        long usedBytes,
        long blocks,
        long hits,
        long misses,
        long writes,
        long dropped,
        long corrupt) {}
