package io.rangestream.client.internal.read;

import com.google.protobuf.ByteString;

import io.grpc.Deadline;
import io.rangestream.client.internal.channel.Connection;
import io.rangestream.client.internal.channel.StreamCall;
import io.rangestream.client.internal.wire.Pin;
import io.rangestream.client.internal.wire.ReadVerifier;
import io.rangestream.client.internal.wire.ResolvedRange;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Reads the response of one ReadRange call: verifies each message and ends only at the end message.
 * It fails when the call fails or sends no message for the idle timeout; {@link ResumingRead} then
 * resumes by another call. {@link #next} is for one thread at a time.
 */
final class RangeRead implements ChunkSource {
    /**
     * How long the read waits for the status after the end message. The read is complete without
     * it; the time is long enough to detect further messages, which would break the contract.
     */
    private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(1);

    private final Connection connection;
    private final ReadVerifier verifier;
    private final StreamCall<ReadRangeRequest, ReadRangeResponse> call;
    private final Deadline headerBy;
    private volatile boolean cancelled;
    private boolean finished;
    private @Nullable IOException failure;

    /**
     * Starts a call.
     *
     * @param by the deadline of the whole read; null for none
     */
    RangeRead(Connection connection, Pin pin, ResolvedRange range, @Nullable Deadline by)
            throws IOException {
        this(
                connection,
                new ReadVerifier(pin, range),
                connection.startRead(pin.request(range), by),
                connection.deadline());
    }

    /**
     * Takes ownership of a running call.
     *
     * @param verifier has verified the messages that were received so far
     * @param headerBy the deadline of the first message
     */
    RangeRead(
            Connection connection,
            ReadVerifier verifier,
            StreamCall<ReadRangeRequest, ReadRangeResponse> call,
            Deadline headerBy) {
        this.connection = connection;
        this.verifier = verifier;
        this.call = call;
        this.headerBy = headerBy;
    }

    @Override
    public Optional<ByteString> next() throws IOException {
        if (failure != null) {
            throw failure;
        }
        try {
            return finished ? Optional.empty() : receive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw fail(new InterruptedIOException("interrupted while reading"));
        } catch (IOException e) {
            throw fail(e);
        }
    }

    private Optional<ByteString> receive() throws IOException, InterruptedException {
        while (!verifier.isComplete()) {
            StreamCall.Event<ReadRangeResponse> event = await();
            if (event instanceof StreamCall.Closed<ReadRangeResponse> closed) {
                throw ended(closed);
            }
            Optional<ByteString> bytes =
                    verifier.accept(((StreamCall.Part<ReadRangeResponse>) event).message());
            if (bytes.isPresent()) {
                return bytes;
            }
        }
        StreamCall.Event<ReadRangeResponse> event = call.poll(STATUS_TIMEOUT);
        if (event instanceof StreamCall.Part<ReadRangeResponse> behind) {
            verifier.accept(behind.message());
        }
        // The status does not matter: all bytes and the end message were received.
        finished = true;
        call.cancel();
        return Optional.empty();
    }

    private StreamCall.Event<ReadRangeResponse> await() throws IOException, InterruptedException {
        Duration idleTimeout = connection.settings().idleTimeout();
        StreamCall.Event<ReadRangeResponse> event =
                verifier.hasHeader()
                        ? call.poll(idleTimeout)
                        : call.poll(Duration.ofNanos(headerBy.timeRemaining(TimeUnit.NANOSECONDS)));
        if (event != null) {
            return event;
        }
        if (verifier.hasHeader()) {
            throw connection.silence(verifier.subject(), idleTimeout, call);
        }
        throw connection.noAnswer(verifier.subject(), call);
    }

    private IOException ended(StreamCall.Closed<ReadRangeResponse> closed) {
        if (cancelled) {
            return new IOException(verifier.subject() + ": the read was closed");
        }
        return connection.failure(closed.status(), closed.trailers(), verifier.subject());
    }

    private IOException fail(IOException e) {
        failure = e;
        call.cancel();
        return e;
    }

    @Override
    public void cancel() {
        cancelled = true;
        call.cancel();
    }
}
