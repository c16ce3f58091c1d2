package io.rangestream.client.internal.read;

import com.google.protobuf.ByteString;

import io.grpc.Deadline;
import io.rangestream.client.DataLossException;
import io.rangestream.client.DeadlineExceededException;
import io.rangestream.client.NotFoundException;
import io.rangestream.client.RangeStreamException;
import io.rangestream.client.internal.channel.Connection;
import io.rangestream.client.internal.channel.Retries;
import io.rangestream.client.internal.wire.ApiAccess;
import io.rangestream.client.internal.wire.Failure;
import io.rangestream.client.internal.wire.Pin;
import io.rangestream.client.internal.wire.ResolvedRange;
import io.rangestream.client.internal.wire.StatusFailures;
import io.rangestream.client.internal.wire.Subject;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Reads a range by one or more ReadRange calls. When a call fails for a reason that may pass, the
 * next call resumes at the first byte that was not delivered, pinned to the same version. Delivers
 * the range without gap or overlap, and ends only at a call's end message. {@link #next} is for one
 * thread at a time, {@link #cancel} for any thread.
 */
final class ResumingRead implements ChunkSource {
    private final Connection connection;
    private final Pin pin;
    private final ResolvedRange range;
    private final @Nullable Deadline by;
    private final Retries retries;
    private final CountDownLatch cancelled = new CountDownLatch(1);

    private volatile RangeRead stream;
    private long delivered;
    private byte lastByte;
    private boolean confirms;
    private boolean resumed;
    private @Nullable IOException failure;

    /**
     * Starts the first call.
     *
     * @param by the deadline of the whole read; null for none
     */
    ResumingRead(Connection connection, Pin pin, ResolvedRange range, @Nullable Deadline by)
            throws IOException {
        this(
                connection,
                pin,
                range,
                by,
                new RangeRead(connection, pin, range, by),
                connection.retries());
    }

    /**
     * Continues a call of the range that was already started, with the rest of its retry budget.
     */
    ResumingRead(
            Connection connection,
            Pin pin,
            ResolvedRange range,
            @Nullable Deadline by,
            RangeRead started,
            Retries retries) {
        this.connection = connection;
        this.pin = pin;
        this.range = range;
        this.by = by;
        this.stream = started;
        this.retries = retries;
    }

    @Override
    public Optional<ByteString> next() throws IOException {
        if (failure != null) {
            throw failure;
        }
        try {
            while (true) {
                try {
                    Optional<ByteString> chunk = stream.next();
                    if (confirms && chunk.isPresent()) {
                        requireLastByte(chunk.get());
                    } else {
                        chunk.ifPresent(this::deliver);
                        return chunk;
                    }
                } catch (RangeStreamException e) {
                    resume(e);
                }
            }
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    private void deliver(ByteString chunk) {
        delivered += chunk.size();
        lastByte = chunk.byteAt(chunk.size() - 1);
        retries.progressed();
    }

    /** Verifies that the repeated last byte equals the one that was delivered. */
    private void requireLastByte(ByteString chunk) throws DataLossException {
        if (chunk.byteAt(0) != lastByte) {
            stream.cancel();
            throw ApiAccess.get()
                    .dataLoss(
                            Failure.found(
                                    subject(),
                                    "the server sent a different last byte than before"));
        }
    }

    private void resume(RangeStreamException why) throws IOException {
        Optional<Duration> pause = mayRetry(why) ? retries.pauseAfter(why, by) : Optional.empty();
        if (pause.isEmpty()) {
            throw deletedIfNotFound(why);
        }
        await(pause.get());
        resumed = true;
        stream = new RangeRead(connection, pin, rest(), by);
        if (cancelled.getCount() == 0) {
            // cancel() may have cancelled the call before this one.
            stream.cancel();
        }
    }

    /**
     * The rest of the range. If all bytes were delivered and only the end message is missing, this
     * is the last byte again: its end message confirms that the range ends there.
     */
    private ResolvedRange rest() {
        if (delivered == range.length() && delivered > 0) {
            confirms = true;
            return new ResolvedRange(range.lastPos(), 1);
        }
        return new ResolvedRange(range.firstPos() + delivered, range.length() - delivered);
    }

    private boolean mayRetry(RangeStreamException why) {
        if (why instanceof DataLossException && delivered == range.length()) {
            // All bytes were delivered, and now the end message contradicts them.
            return false;
        }
        // The first call fails if it gets no response in time, because that is the caller's
        // deadline. For a later call it counts as a stall, unless the deadline of the whole read
        // has passed.
        boolean stalled =
                why instanceof DeadlineExceededException
                        && resumed
                        && why.reason().isEmpty()
                        && (by == null || !by.isExpired());
        return stalled || retries.mayRetry(why);
    }

    /** An object that is not found after the read has started was deleted. */
    private RangeStreamException deletedIfNotFound(RangeStreamException why) {
        return resumed && why instanceof NotFoundException
                ? StatusFailures.deleted(subject(), why)
                : why;
    }

    private void await(Duration pause) throws IOException {
        try {
            if (connection.pause(pause, cancelled)) {
                throw new IOException(subject() + ": the read was closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading");
        }
    }

    private Subject subject() {
        return pin.subject().at(range.firstPos() + delivered);
    }

    @Override
    public void cancel() {
        cancelled.countDown();
        stream.cancel();
    }
}
