package io.rangestream.grpc;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits how many calls may send long messages at the same time. Each read call reserves a share
 * and closes it at its end. Safe for many threads.
 *
 * <p>Helidon (4.5.0, {@code GrpcProtocolHandler}) keeps a buffer as long as the longest message of
 * a call until the call ends, on the heap and outside the memory budget. 16 KiB of it are allocated
 * for each call in any case. With messages of 256 KiB, 10,000 paused readers would hold 2.5 GiB.
 */
public final class MessageRoom {
    /** The chunk of a short message. With the other fields it fits into the 16 KiB. */
    static final int SHORT_CHUNK_BYTES = 15 * 1024;

    private final AtomicInteger longCallsLeft;

    /**
     * Creates the limit.
     *
     * @param longCalls the number of calls that may send long messages at the same time
     */
    public MessageRoom(int longCalls) {
        this.longCallsLeft = new AtomicInteger(longCalls);
    }

    /**
     * Reserves a share for one call, which closes it. Never waits: without a free place for long
     * messages, the chunks of the call are short.
     *
     * @param wantedChunkBytes the largest chunk that the client accepts, in bytes
     */
    public Share reserve(int wantedChunkBytes) {
        if (wantedChunkBytes <= SHORT_CHUNK_BYTES) {
            return new Share(wantedChunkBytes, false);
        }
        if (longCallsLeft.decrementAndGet() >= 0) {
            return new Share(wantedChunkBytes, true);
        }
        longCallsLeft.incrementAndGet();
        return new Share(SHORT_CHUNK_BYTES, false);
    }

    /** The share of one call. Used by the thread of the call. */
    public final class Share implements AutoCloseable {
        private final int chunkBytes;
        private boolean isLong;

        private Share(int chunkBytes, boolean isLong) {
            this.chunkBytes = chunkBytes;
            this.isLong = isLong;
        }

        /** The largest chunk that the call may send, in bytes. */
        public int chunkBytes() {
            return chunkBytes;
        }

        @Override
        public void close() {
            if (isLong) {
                isLong = false;
                longCallsLeft.incrementAndGet();
            }
        }
    }
}
