package io.rangestream.store.directory;

import java.time.Duration;

/**
 * What the file operations of one bucket may use.
 *
 * @param fileThreads the most threads that open and read files; more than one per processor, as
 *     they wait for disks. Most operations need none of them
 * @param fileQueue how many operations may wait for one of them
 * @param listThreads the most threads that list, few as they compete for processors with those that
 *     serve
 * @param listQueue how many listings may wait for one of them
 * @param longestWait how long a caller waits for any of this
 * @param snapshotBytes what the names of folders that were listed lately may take of memory; a scan
 *     takes as much again
 */
public record DirectoryLimits(
        int fileThreads,
        int fileQueue,
        int listThreads,
        int listQueue,
        Duration longestWait,
        long snapshotBytes) {
    private static final int LEAST_FILE_THREADS = 4;
    private static final int MOST_FILE_THREADS = 16;

    /** As many reads may be open at once as there are turns at the stores by default. */
    private static final int FILE_QUEUE = 64;

    private static final int LEAST_LIST_THREADS = 2;
    private static final int MOST_LIST_THREADS = 8;
    private static final int LIST_QUEUE = 64;

    // Of the heap; 16 MiB of 512, which is more than half a million names.
    private static final int HEAP_PART = 32;
    private static final long LEAST_SNAPSHOT_BYTES = 256 * 1024;

    // 18 million names. Positions in a snapshot are ints, half of which are used.
    private static final long MOST_SNAPSHOT_BYTES = 512L * 1024 * 1024;

    /** For a server with one folder, and readers that wait for 15 s. */
    public static final DirectoryLimits DEFAULT = of(1, Duration.ofSeconds(15));

    /**
     * By this machine's processors and heap.
     *
     * @param buckets how many folders share the heap
     * @param longestWait how long a reader waits for a first byte
     */
    public static DirectoryLimits of(int buckets, Duration longestWait) {
        int processors = Runtime.getRuntime().availableProcessors();
        return new DirectoryLimits(
                Math.clamp(2L * processors, LEAST_FILE_THREADS, MOST_FILE_THREADS),
                FILE_QUEUE,
                Math.clamp(processors / 2, LEAST_LIST_THREADS, MOST_LIST_THREADS),
                LIST_QUEUE,
                longestWait,
                Math.clamp(
                        Runtime.getRuntime().maxMemory() / HEAP_PART / Math.max(1, buckets),
                        LEAST_SNAPSHOT_BYTES,
                        MOST_SNAPSHOT_BYTES));
    }
}
