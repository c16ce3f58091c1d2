package io.rangestream.engine;

/**
 * The read-ahead policy of one reader: how long its next fetch is, and how far a fetch may run
 * ahead of it. Both grow with the number of bytes read in sequence. Used by the reader's thread
 * alone.
 */
final class ReadAhead {
    // The window is this fraction of the bytes that were read in sequence.
    private static final int SEQUENTIAL_PER_WINDOW = 8;

    // More than Linux buffers in a connection by default: up to 4 MiB at the sender and 6 MiB at
    // the receiver.
    private static final long SOCKET_BUFFER_BYTES = 12L * 1024 * 1024;

    private final ReadAheadConfig config;
    private final int blockBytes;
    private long nextFetchBytes;
    private long sequentialBytes;

    ReadAhead(ReadAheadConfig config, int blockBytes) {
        this.config = config;
        this.blockBytes = blockBytes;
        restart();
    }

    /** Starts over after a seek. */
    void restart() {
        nextFetchBytes = config.firstFetchBytes();
        sequentialBytes = 0;
    }

    /** Counts {@code length} more bytes that were read in sequence. */
    void advance(int length) {
        sequentialBytes += length;
    }

    /**
     * The end of a fetch that starts at {@code firstPos}, exclusive; doubles the length of the next
     * one.
     *
     * @param rangeEnd the end of the requested range, exclusive; the upper bound of the result
     * @param exact whether the client gave the end of the range, instead of asking for all bytes
     *     from a position on
     */
    long nextEnd(long firstPos, long rangeEnd, boolean exact) {
        long left = rangeEnd - firstPos;
        long length = exact ? Math.max(nextFetchBytes, config.longestFetchBytes()) : nextFetchBytes;
        if (sequentialBytes >= config.longestFetchBytes() || left <= length) {
            return rangeEnd;
        }
        nextFetchBytes = Math.min(2 * nextFetchBytes, config.longestFetchBytes());
        if (length < blockBytes) {
            return firstPos + length;
        }
        // Round up to a block boundary, so that the next fetch starts with a block. A first fetch
        // of
        // 256 KiB therefore has up to 512 KiB. Rounded to the nearest boundary, half of the clients
        // that read 256 KiB after a seek needed a second request: 598 requests for 300 seeks
        // instead
        // of 487, and 2.96 bytes from the store for each byte read instead of 2.67.
        long end = (firstPos + length + blockBytes - 1) / blockBytes * blockBytes;
        return Math.min(end, rangeEnd);
    }

    /** Whether the client is known to consume bytes: more were read than its socket can buffer. */
    boolean isSequential() {
        return sequentialBytes >= SOCKET_BUFFER_BYTES;
    }

    /** The read-ahead window: how many bytes a fetch may run ahead of the reader. */
    long window() {
        return Math.clamp(
                sequentialBytes / SEQUENTIAL_PER_WINDOW,
                config.leastAheadBytes(),
                config.mostAheadBytes());
    }
}
