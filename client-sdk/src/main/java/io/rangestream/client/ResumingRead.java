package io.rangestream.client;

import com.google.protobuf.ByteString;

import io.grpc.Deadline;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Reads a range by as many server streams as it takes. Where one breaks off for a reason that may
 * pass, the next goes on at the first byte that was not given yet, pinned to the same version; what
 * comes is the range without gap or overlap, and its end only on a stream's own end mark.
 */
final class ResumingRead implements ChunkSource {
    private final Connection connection;
    private final Pin pin;
    private final ResolvedRange range;
    private final @Nullable Deadline by;
    private final Retries retries;
    private final CountDownLatch cancelled = new CountDownLatch(1);

    private volatile RangeRead stream;
    private long given;
    private byte lastByte;
    private boolean confirms;
    private boolean resumed;
    private @Nullable IOException failure;

    /**
     * Starts to read.
     *
     * @param by when all must be over; null where it may take as long as it likes
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

    /** Goes on with a stream of that range that has been started, and with the tries left. */
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
                        chunk.ifPresent(this::give);
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

    private void give(ByteString chunk) {
        given += chunk.size();
        lastByte = chunk.byteAt(chunk.size() - 1);
        retries.progressed();
    }

    /** What should be the byte that was given last is. */
    private void requireLastByte(ByteString chunk) throws DataLossException {
        if (chunk.byteAt(0) != lastByte) {
            stream.cancel();
            throw new DataLossException(
                    Failure.found(subject(), "the server sent another last byte than before"));
        }
    }

    private void resume(RangeStreamException why) throws IOException {
        Optional<Duration> pause = mayPass(why) ? retries.pauseAfter(why, by) : Optional.empty();
        if (pause.isEmpty()) {
            throw told(why);
        }
        await(pause.get());
        resumed = true;
        stream = new RangeRead(connection, pin, rest(), by);
        if (cancelled.getCount() == 0) {
            // Who cancelled in between may have cancelled the one before.
            stream.cancel();
        }
    }

    /**
     * What is still to come. Where every byte was given and only the end mark is missing, the last
     * byte is asked for again: its end mark shows that the range did end there.
     */
    private ResolvedRange rest() {
        if (given == range.length() && given > 0) {
            confirms = true;
            return new ResolvedRange(range.lastPos(), 1);
        }
        return new ResolvedRange(range.firstPos() + given, range.length() - given);
    }

    private boolean mayPass(RangeStreamException why) {
        if (why instanceof DataLossException && given == range.length()) {
            // What was given is right, unless an end says otherwise.
            return false;
        }
        // The time for the first answer is the caller's own; a later one that does not come is
        // silence, unless there was a time for all and it is over.
        boolean silence =
                why instanceof DeadlineExceededException
                        && resumed
                        && why.reason().isEmpty()
                        && (by == null || !by.isExpired());
        return silence || retries.mayPass(why);
    }

    /** An object that was there and is not any more has changed. */
    private RangeStreamException told(RangeStreamException why) {
        return resumed && why instanceof NotFoundException
                ? ObjectChangedException.deleted(subject(), why)
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
        return Subject.ofObject(pin.metadata().bucket(), pin.metadata().key())
                .at(range.firstPos() + given);
    }

    @Override
    public void cancel() {
        cancelled.countDown();
        stream.cancel();
    }
}
