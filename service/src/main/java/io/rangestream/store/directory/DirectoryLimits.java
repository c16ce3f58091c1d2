package io.rangestream.store.directory;

import java.time.Duration;

/**
 * The limits of the file operations of one bucket.
 *
 * @param fileThreads the maximum number of threads that open and read files; more than one per
 *     processor, because they wait for disks. Most operations need none of them
 * @param fileQueue the number of operations that may wait for such a thread
 * @param listThreads the maximum number of threads that list folders; few, because they compete for
 *     processors with the threads that serve requests
 * @param listQueue the number of listings that may wait for such a thread
 * @param longestWait the longest time that a caller waits for a result
 * @param snapshotBytes the memory for the names of recently listed folders, in bytes; a scan takes
 *     as much again
 */
public record DirectoryLimits(
        int fileThreads,
        int fileQueue,
        int listThreads,
        int listQueue,
        Duration longestWait,
        long snapshotBytes) {
    private static final int MIN_FILE_THREADS = 4;
    private static final int MAX_FILE_THREADS = 16;

    /** The default number of permits for store requests. */
    private static final int FILE_QUEUE = 64;

    private static final int MIN_LIST_THREADS = 2;
    private static final int MAX_LIST_THREADS = 8;
    private static final int LIST_QUEUE = 64;

    // The share of the heap: 16 MiB of 512 MiB, enough for half a million names.
    private static final int HEAP_SHARE = 32;
    private static final long MIN_SNAPSHOT_BYTES = 256 * 1024;

    // Enough for 18 million names. Positions in a snapshot are ints, and one bit of them is used
    // otherwise.
    private static final long MAX_SNAPSHOT_BYTES = 512L * 1024 * 1024;

    /** For a server with one folder and a first-byte deadline of 15 s. */
    public static final DirectoryLimits DEFAULT = of(1, Duration.ofSeconds(15));

    /**
     * Computes the limits from this machine's processors and heap.
     *
     * @param buckets the number of folders that share the heap
     * @param longestWait the longest time that a reader waits for the first byte
     */
    public static DirectoryLimits of(int buckets, Duration longestWait) {
        int processors = Runtime.getRuntime().availableProcessors();
        return new DirectoryLimits(
                Math.clamp(2L * processors, MIN_FILE_THREADS, MAX_FILE_THREADS),
                FILE_QUEUE,
                Math.clamp(processors / 2, MIN_LIST_THREADS, MAX_LIST_THREADS),
                LIST_QUEUE,
                longestWait,
                Math.clamp(
                        Runtime.getRuntime().maxMemory() / HEAP_SHARE / Math.max(1, buckets),
                        MIN_SNAPSHOT_BYTES,
                        MAX_SNAPSHOT_BYTES));
    }
}
