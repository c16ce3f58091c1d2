package io.rangestream.store.s3;

import io.rangestream.range.ByteRange;
import io.rangestream.store.CoveringFetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.AbortableInputStream;

import java.io.IOException;
import java.util.Optional;

/**
 * The body of one GET, and its connection. Returns the connection to the pool as soon as the body
 * ends. Used by one thread at a time, except for {@link #abort}.
 */
final class S3Fetch extends CoveringFetch {
    private final ObjectId id;
    private final AbortableInputStream body;
    private boolean closed;
    private boolean isTooLong;

    S3Fetch(
            ObjectId id,
            Representation representation,
            Optional<ByteRange> covered,
            AbortableInputStream body) {
        super(representation, covered);
        this.id = id;
        this.body = body;
        if (left() == 0) {
            release();
        }
    }

    @Override
    protected int fill(byte[] array, int offset, int length, long from) {
        int count;
        try {
            count = body.read(array, offset, length);
        } catch (IOException | SdkException e) {
            throw isAborted()
                    ? new ReadCancelledException()
                    : S3Errors.noResponse(id, "broke off at " + from + ": " + e, e);
        }
        if (count < 1) {
            throw isAborted() || Thread.currentThread().isInterrupted()
                    ? new ReadCancelledException()
                    : new Unavailable(
                            id, "ended at " + from + ", with " + left() + " bytes missing", null);
        }
        return count;
    }

    /** Releases the connection before {@link #close}, so that other requests can use it. */
    @Override
    protected void allRead() {
        release();
    }

    /** A chunked body may be longer than its Content-Range says; then neither can be trusted. */
    @Override
    protected void atEnd() {
        if (isTooLong) {
            throw new Unavailable(id, "sent more than its Content-Range says", null);
        }
    }

    @Override
    public void close() {
        if (left() == 0 || left() <= available()) {
            release();
        } else if (!closed) {
            abort();
        }
    }

    /**
     * The bytes that can be read without waiting: at most a few KiB. Reading them keeps the
     * connection.
     */
    private int available() {
        try {
            return closed || isAborted() ? 0 : body.available();
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    // Reads to the end of the body and returns the connection to the pool. Never reads beyond the
    // covered bytes: a body without a length may be endless.
    private void release() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            for (long left = left(); left > 0; ) {
                long skipped = body.skip(left);
                if (skipped <= 0) {
                    break;
                }
                left -= skipped;
            }
            isTooLong = body.read() >= 0;
            if (isTooLong) {
                body.abort();
            } else {
                body.close();
            }
        } catch (IOException | RuntimeException e) {
            // All requested bytes were read. Only the connection is lost.
            drop();
        }
    }

    private void drop() {
        try {
            body.abort();
        } catch (RuntimeException e) {
            // The SDK's pool closes the connection when it is idle.
        }
    }

    @Override
    public void abort() {
        super.abort();
        drop();
    }
}
