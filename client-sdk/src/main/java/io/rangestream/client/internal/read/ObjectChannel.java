package io.rangestream.client.internal.read;

import io.rangestream.client.ObjectReader;
import io.rangestream.client.internal.channel.RunningRead;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The channel of {@link ObjectReader#channel()}: adapts {@link ReadAhead} to java.nio. A lock
 * serializes the operations of several threads; {@link #close} does not wait for it.
 */
final class ObjectChannel implements SeekableByteChannel, RunningRead {
    private final ReadAhead ahead;
    private final Consumer<RunningRead> whenClosed;
    private final ReentrantLock lock = new ReentrantLock();
    private long position;
    private volatile boolean closed;

    ObjectChannel(ReadAhead ahead, Consumer<RunningRead> whenClosed) {
        this.ahead = ahead;
        this.whenClosed = whenClosed;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("the buffer is read-only");
        }
        lock.lock();
        try {
            ensureOpen();
            if (!target.hasRemaining()) {
                return 0;
            }
            long rest = ahead.completeLength() - position;
            if (rest <= 0) {
                return -1;
            }
            int count = (int) Math.min(target.remaining(), rest);
            ahead.read(position, target.slice(target.position(), count));
            target.position(target.position() + count);
            position += count;
            return count;
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            throw closed ? closedAsynchronously(e) : e;
        } finally {
            lock.unlock();
        }
    }

    private static AsynchronousCloseException closedAsynchronously(IOException e) {
        AsynchronousCloseException thrown = new AsynchronousCloseException();
        thrown.initCause(e);
        return thrown;
    }

    @Override
    public long position() throws IOException {
        lock.lock();
        try {
            ensureOpen();
            return position;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        if (newPosition < 0) {
            throw new IllegalArgumentException("position is negative: " + newPosition);
        }
        lock.lock();
        try {
            ensureOpen();
            position = newPosition;
            return this;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long size() throws IOException {
        ensureOpen();
        return ahead.completeLength();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        ensureOpen();
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        ensureOpen();
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    private void ensureOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public void close() {
        closed = true;
        ahead.cancel();
        whenClosed.accept(this);
    }

    @Override
    public void cancel() {
        close();
    }
}
