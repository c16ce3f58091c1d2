package io.rangestream.client;

import com.google.protobuf.ByteString;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads one server stream: takes what comes on the wire, has it verified, and ends only on the
 * stream's own end mark. It does not go on elsewhere when the stream breaks: {@link ResumingRead}
 * does. A server that is silent while more is wanted is broken off.
 */
final class RangeRead implements ChunkSource {
    /**
     * How long the status may take after the end mark, before the read counts as complete without
     * it. Long enough that messages behind the end mark, which would be a fault, are seen.
     */
    private static final Duration STATUS_PATIENCE = Duration.ofSeconds(1);

    private final Connection connection;
    private final ReadVerifier verifier;
    private final RangeCall call;
    private final long beganAt;
    private final long firstMessageBy;
    private volatile boolean cancelled;
    private boolean finished;
    private @Nullable IOException failure;

    RangeRead(Connection connection, Pin pin, ResolvedRange range) throws IOException {
        this.connection = connection;
        this.verifier = new ReadVerifier(pin, range);
        this.beganAt = System.nanoTime();
        this.firstMessageBy = beganAt + connection.deadline().toNanos();
        this.call = connection.startRead(pin.request(range));
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
            RangeCall.Event event = await();
            if (event instanceof RangeCall.Closed closed) {
                throw ended(closed);
            }
            Optional<ByteString> bytes = verifier.accept(((RangeCall.Part) event).message());
            if (bytes.isPresent()) {
                return bytes;
            }
        }
        RangeCall.Event event = call.poll(STATUS_PATIENCE);
        if (event instanceof RangeCall.Part behind) {
            verifier.accept(behind.message());
        }
        // Any status will do: the bytes are all there, whatever went wrong behind them.
        finished = true;
        call.cancel();
        return Optional.empty();
    }

    private RangeCall.Event await() throws IOException, InterruptedException {
        if (verifier.hasHeader()) {
            RangeCall.Event next = call.poll(connection.idleTimeout());
            if (next == null) {
                connection.abandon(beganAt);
                throw new UnavailableException(
                        Failure.found(
                                verifier.subject(),
                                "silence for " + connection.idleTimeout().toMillis() + " ms"),
                        true,
                        null);
            }
            return next;
        }
        RangeCall.Event event =
                call.poll(Duration.ofNanos(Math.max(0, firstMessageBy - System.nanoTime())));
        if (event == null) {
            connection.abandon(beganAt);
            throw new DeadlineExceededException(
                    Failure.found(
                            verifier.subject(),
                            "no answer within " + connection.deadline().toMillis() + " ms"));
        }
        return event;
    }

    private IOException ended(RangeCall.Closed closed) {
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
