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

/** The body of one GET, and the connection that it comes by. */
final class S3Fetch extends CoveringFetch {
    private final ObjectId id;
    private final AbortableInputStream body;
    private boolean closed;
    private boolean goesOn;

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
                    : S3Errors.unanswered(id, "broke off at " + from + ": " + e, e);
        }
        if (count < 1) {
            throw isAborted()
                    ? new ReadCancelledException()
                    : new Unavailable(id, "ended at " + from + ", short of " + left(), null);
        }
        return count;
    }

    /** Not only when closed: the connection is of use to others from now on. */
    @Override
    protected void allRead() {
        release();
    }

    /**
     * A body in chunks can have more than its Content-Range says: then neither is to be trusted.
     */
    @Override
    protected void atEnd() {
        if (goesOn) {
            throw new Unavailable(id, "sends more than its Content-Range says", null);
        }
    }

    @Override
    public void close() {
        if (left() == 0 || left() <= hereAlready()) {
            release();
        } else if (!closed) {
            abort();
        }
    }

    /**
     * What can be read without waiting: a few KiB at most, and worth that to keep the connection.
     */
    private int hereAlready() {
        try {
            return closed || isAborted() ? 0 : body.available();
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    // Reads to the end of the body, and gives the connection back. Never further than is covered:
    // a body without a length may have no end.
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
            goesOn = body.read() >= 0;
            if (goesOn) {
                body.abort();
            } else {
                body.close();
            }
        } catch (IOException | RuntimeException e) {
            // All that was wanted is here; the connection is dropped.
            drop();
        }
    }

    private void drop() {
        try {
            body.abort();
        } catch (RuntimeException e) {
            // Nothing more can be done for this connection; the SDK's pool ends it when it is idle.
        }
    }

    @Override
    public void abort() {
        super.abort();
        drop();
    }
}
