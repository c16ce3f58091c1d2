package io.rangestream.store.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file channel on a mount that does not respond until {@link #respond} is called. As the JDK's
 * channel it can't be closed while a read is in progress, which is an error here instead of a wait;
 * and an interrupt ends a read of the interrupted thread.
 */
final class StuckChannel extends FileChannel {
    private final CountDownLatch responds = new CountDownLatch(1);
    private final AtomicInteger reading = new AtomicInteger();
    private final List<Integer> arrays = new CopyOnWriteArrayList<>();

    /** Ends all reads. Later reads do not block. */
    void respond() {
        responds.countDown();
    }

    /** The number of reads in progress. */
    int reading() {
        return reading.get();
    }

    /** The identity hash code of the array of each read. */
    List<Integer> arrays() {
        return List.copyOf(arrays);
    }

    @SuppressWarnings("ByteBufferBackingArray") // the test compares the arrays
    @Override
    public int read(ByteBuffer buffer, long position) throws IOException {
        arrays.add(System.identityHashCode(buffer.array()));
        reading.incrementAndGet();
        try {
            responds.await();
            byte[] bytes = new byte[buffer.remaining()];
            Arrays.fill(bytes, (byte) 1);
            buffer.put(bytes);
            return bytes.length;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        } finally {
            reading.decrementAndGet();
        }
    }

    @Override
    protected void implCloseChannel() throws IOException {
        if (reading.get() > 0) {
            throw new IOException("closed while a read was under way");
        }
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("by a test");
    }

    @Override
    public int read(ByteBuffer buffer) {
        throw unused();
    }

    @Override
    public long read(ByteBuffer[] buffers, int offset, int length) {
        throw unused();
    }

    @Override
    public int write(ByteBuffer buffer) {
        throw unused();
    }

    @Override
    public long write(ByteBuffer[] buffers, int offset, int length) {
        throw unused();
    }

    @Override
    public int write(ByteBuffer buffer, long position) {
        throw unused();
    }

    @Override
    public long position() {
        throw unused();
    }

    @Override
    public FileChannel position(long position) {
        throw unused();
    }

    @Override
    public long size() {
        throw unused();
    }

    @Override
    public FileChannel truncate(long size) {
        throw unused();
    }

    @Override
    public void force(boolean metadata) {
        throw unused();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel to) {
        throw unused();
    }

    @Override
    public long transferFrom(ReadableByteChannel from, long position, long count) {
        throw unused();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw unused();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw unused();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw unused();
    }
}
