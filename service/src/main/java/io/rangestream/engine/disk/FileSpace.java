package io.rangestream.engine.disk;

/** How much of a disk a file takes, counted rather too high than too low. */
final class FileSpace {
    /** What common file systems allocate by. */
    private static final long PAGE_BYTES = 4096;

    private FileSpace() {}

    /** Its pages, and one more for its inode, its name and the map of its extents. */
    static long of(long fileBytes) {
        return (fileBytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES + PAGE_BYTES;
    }
}
