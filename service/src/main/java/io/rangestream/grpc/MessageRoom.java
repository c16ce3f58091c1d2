package io.rangestream.grpc;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long a call's messages may be. Helidon (4.5.0, {@code GrpcProtocolHandler}) keeps a buffer of
 * a call's longest message until the call ends, on the heap and beside any budget of ours; 16 KiB
 * of it are there for each call anyway. So only some calls at once have messages of whole blocks,
 * and the others have short ones: ten thousand paused readers must not hold 2.5 GiB. Safe for many
 * threads.
 */
final class MessageRoom {
    /** With its other fields it fits into the 16 KiB. */
    static final int SHORT_CHUNK_BYTES = 15 * 1024;

    private final AtomicInteger left;

    /**
     * Room for long messages.
     *
     * @param calls how many calls at once may have them
     */
    MessageRoom(int calls) {
        this.left = new AtomicInteger(calls);
    }

    /** A call's share; closed when it ends. */
    Share enter(int wantedChunkBytes) {
        if (wantedChunkBytes <= SHORT_CHUNK_BYTES) {
            return new Share(wantedChunkBytes, false);
        }
        if (left.decrementAndGet() >= 0) {
            return new Share(wantedChunkBytes, true);
        }
        left.incrementAndGet();
        return new Share(SHORT_CHUNK_BYTES, false);
    }

    /** What one call may send in one message. Used by its thread. */
    final class Share implements AutoCloseable {
        private final int chunkBytes;
        private boolean isLong;

        private Share(int chunkBytes, boolean isLong) {
            this.chunkBytes = chunkBytes;
            this.isLong = isLong;
        }

        int chunkBytes() {
            return chunkBytes;
        }

        @Override
        public void close() {
            if (isLong) {
                isLong = false;
                left.incrementAndGet();
            }
        }
    }
}
