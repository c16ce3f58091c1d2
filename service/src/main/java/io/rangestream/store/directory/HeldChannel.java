package io.rangestream.store.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file channel that is closed once its owner has closed this and no read is under way. {@link
 * FileChannel#close} waits until the reads under way have returned, and on a dead mount they do
 * not: whatever aborts a read must not wait for that. Safe for many threads.
 */
final class HeldChannel {
    private final FileChannel channel;
    private final AtomicBoolean closed = new AtomicBoolean();
    // The owner, until it closes this, and each read under way.
    private final AtomicInteger holders = new AtomicInteger(1);

    /** Takes over the channel. */
    HeldChannel(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * As {@link FileChannel#read(ByteBuffer, long)}.
     *
     * @throws ClosedChannelException after {@link #close}
     */
    int read(ByteBuffer buffer, long position) throws IOException {
        if (holders.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            throw new ClosedChannelException();
        }
        try {
            if (closed.get()) {
                throw new ClosedChannelException();
            }
            return channel.read(buffer, position);
        } finally {
            release();
        }
    }

    /** Lets no further read begin; idempotent, and waits for nothing. */
    void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }

    private void release() {
        if (holders.decrementAndGet() > 0) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written: the channel is closed, and nothing is lost.
        }
    }
}
