package io.rangestream.store.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.function.LongSupplier;

/**
 * A stream that throws after a number of bytes or reads, or at a deadline. For response bodies that
 * are parsed as a whole, errors and lists: a store that sends endlessly, or one byte at a time,
 * must not hold memory or a thread. Used by one thread.
 */
final class BoundedInput extends FilterInputStream {
    private final LongSupplier nanoTime;
    private final long deadlineNanos;
    private long bytesLeft;
    private int readsLeft;

    BoundedInput(
            InputStream in, long maxBytes, int maxReads, LongSupplier nanoTime, long timeoutNanos) {
        super(in);
        this.bytesLeft = maxBytes;
        this.readsLeft = maxReads;
        this.nanoTime = nanoTime;
        this.deadlineNanos = nanoTime.getAsLong() + timeoutNanos;
    }

    /** The body is longer than the limit. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLongException(String what) {
            super(what);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] array, int offset, int length) throws IOException {
        if (nanoTime.getAsLong() - deadlineNanos > 0) {
            throw new SocketTimeoutException("the response body did not end in time");
        }
        if (readsLeft == 0) {
            throw new TooLongException("the response body comes in too many small pieces");
        }
        readsLeft--;
        // One more than the rest of the limit, so that a body of exactly the limit ends normally.
        int count = in.read(array, offset, (int) Math.min(length, bytesLeft + 1));
        if (count > bytesLeft) {
            throw new TooLongException("the response body is longer than the limit");
        }
        bytesLeft -= Math.max(0, count);
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
