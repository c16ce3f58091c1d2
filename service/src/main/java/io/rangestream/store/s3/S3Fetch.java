package io.rangestream.store.s3;

import io.rangestream.range.ByteRange;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.AbortableInputStream;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** The body of one GET, and the connection that it comes by. */
final class S3Fetch implements Fetch {
    private final ObjectId id;
    private final Representation representation;
    private final Optional<ByteRange> covered;
    private final AbortableInputStream body;
    private long position;
    private final long end;
    private boolean closed;
    private volatile boolean aborted;

    S3Fetch(
            ObjectId id,
            Representation representation,
            Optional<ByteRange> covered,
            AbortableInputStream body) {
        this.id = id;
        this.representation = representation;
        this.covered = covered;
        this.body = body;
        this.position = covered.map(ByteRange::firstPos).orElse(0L);
        this.end = covered.map(range -> range.lastPos() + 1).orElse(0L);
        if (position == end) {
            release();
        }
    }

    @Override
    public Representation representation() {
        return representation;
    }

    @Override
    public Optional<ByteRange> covered() {
        return covered;
    }

    @Override
    public int read(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        if (aborted) {
            throw new ReadCancelledException();
        }
        if (position == end) {
            return -1;
        }
        int count = readBody(array, offset, (int) Math.min(length, end - position));
        position += count;
        if (position == end) {
            // Not only when closed: the connection is of use to others from now on.
            release();
        }
        return count;
    }

    private int readBody(byte[] array, int offset, int length) {
        int count;
        try {
            count = body.read(array, offset, length);
        } catch (IOException | SdkException e) {
            throw aborted
                    ? new ReadCancelledException()
                    : S3Errors.unanswered(id, "broke off at " + position + ": " + e, e);
        }
        if (count < 1) {
            throw aborted
                    ? new ReadCancelledException()
                    : new Unavailable(id, "ended at " + position + " of " + end, null);
        }
        return count;
    }

    @Override
    public void close() {
        if (end - position <= hereAlready()) {
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
            return closed || aborted ? 0 : body.available();
        } catch (IOException e) {
            return 0;
        }
    }

    // Reads to the end of the body, and gives the connection back.
    private void release() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            body.close();
        } catch (IOException e) {
            // All that was wanted is here; the connection is dropped.
            body.abort();
        }
    }

    @Override
    public void abort() {
        aborted = true;
        body.abort();
    }
}
