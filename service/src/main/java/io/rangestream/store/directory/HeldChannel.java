package io.rangestream.store.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A reference-counted file channel for {@link DirectoryFetch}. The owner holds one reference until
 * it closes this object, and each read holds one; the last release closes the channel. {@link
 * FileChannel#close} waits for reads in progress, which never end on a dead mount, so an abort must
 * not call it during a read. Safe for use by many threads.
 */
final class HeldChannel {
    private final FileChannel channel;
    private final AtomicBoolean closed = new AtomicBoolean();
    // The reference count: one for the owner until close(), one for each read in progress.
    private final AtomicInteger references = new AtomicInteger(1);

    /** Takes ownership of the channel. */
    HeldChannel(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Like {@link FileChannel#read(ByteBuffer, long)}.
     *
     * @throws ClosedChannelException after {@link #close}
     */
    int read(ByteBuffer buffer, long position) throws IOException {
        if (references.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
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

    /** Rejects further reads. Idempotent; does not wait. */
    void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }

    private void release() {
        if (references.decrementAndGet() > 0) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // The channel was only read, so no data is lost.
        }
    }
}
