package io.rangestream.engine;

/**
 * How far one reader's next fetch reaches, by what he has read in sequence so far. Used by the
 * reader's thread alone.
 */
final class ReadAhead {
    // A reader who has taken so many times a length may be trusted to take it once more.
    private static final int TRUST = 8;

    // Linux lets a socket's two ends grow to 4 and 6 MiB by themselves.
    private static final long BUFFERED_BYTES = 12L * 1024 * 1024;

    private final ReadAheadConfig config;
    private final int blockBytes;
    private long nextFetchBytes;
    private long inSequence;

    ReadAhead(ReadAheadConfig config, int blockBytes) {
        this.config = config;
        this.blockBytes = blockBytes;
        restart();
    }

    /** The reader has gone elsewhere: what he took before says nothing of what he will. */
    void restart() {
        nextFetchBytes = config.firstFetchBytes();
        inSequence = 0;
    }

    /** The reader has taken so many bytes more. */
    void taken(int length) {
        inSequence += length;
    }

    /**
     * Where a fetch from {@code firstPos} ends, exclusive; the next one reaches further.
     *
     * @param rangeEnd where what is asked ends, exclusive; never passed
     * @param exact whether all of it was asked for by its positions, and not just from one on
     */
    long nextEnd(long firstPos, long rangeEnd, boolean exact) {
        long left = rangeEnd - firstPos;
        long length = exact ? Math.max(nextFetchBytes, config.longestFetchBytes()) : nextFetchBytes;
        if (inSequence >= config.longestFetchBytes() || left <= length) {
            return rangeEnd;
        }
        nextFetchBytes = Math.min(2 * nextFetchBytes, config.longestFetchBytes());
        if (length < blockBytes) {
            return firstPos + length;
        }
        // Up to a boundary, so that the next one begins with a block.
        long end = (firstPos + length + blockBytes - 1) / blockBytes * blockBytes;
        return Math.min(end, rangeEnd);
    }

    /** Whether he has taken more in sequence than goes into the buffers of a connection. */
    boolean readsOn() {
        return inSequence >= BUFFERED_BYTES;
    }

    /** How far ahead of him a fetch may run. */
    long window() {
        return Math.clamp(inSequence / TRUST, config.leastAheadBytes(), config.mostAheadBytes());
    }
}
