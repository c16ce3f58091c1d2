package io.rangestream.engine.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;

/** A file, written by one thread and read by many at once. */
interface DiskFile extends Closeable {

    /** Writes all of {@code array[0..length)} at a position. */
    void write(byte[] array, int length, long position) throws IOException;

    /**
     * Reads into {@code array[0..length)} what is at a position.
     *
     * @return how many bytes; fewer than {@code length} only where the file ends
     * @throws ClosedByInterruptException where this thread is interrupted; others are not disturbed
     * @throws ClosedChannelException after {@link #close}, which may come while this reads
     */
    int read(byte[] array, int length, long position) throws IOException;

    @Override
    void close() throws IOException;
}
