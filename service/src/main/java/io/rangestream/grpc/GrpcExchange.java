package io.rangestream.grpc;

import io.grpc.Context;
import io.rangestream.requestlog.CorrelationId;
import io.rangestream.requestlog.Protocols;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.store.Cancellation;
import io.rangestream.store.ObjectId;
import io.rangestream.store.OpenRead;
import io.rangestream.stream.FailureCause;
import io.rangestream.transport.Ending;
import io.rangestream.transport.OpenReader;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** One call and what has come of it so far. Its end may come from any thread, by {@link #end}. */
final class GrpcExchange {
    static final Context.Key<GrpcExchange> KEY = Context.key("rangestream-exchange");

    private final String correlationId = CorrelationId.next();
    private final Instant startedAt;
    private final long startNanos = System.nanoTime();
    private final String operation;
    private final OpenReader reader;

    private GrpcErrors.Mapped fault = GrpcErrors.invalid("message", "can't be read");
    private @Nullable ObjectId objectId;
    private @Nullable String range;
    private @Nullable String cause;
    private @Nullable Duration firstByte;
    private long bytes;

    GrpcExchange(String operation, OpenReader reader, Clock clock) {
        this.operation = operation;
        this.reader = reader;
        this.startedAt = clock.instant();
    }

    /** The exchange of the call that this thread is in. */
    static GrpcExchange current() {
        return KEY.get();
    }

    String correlationId() {
        return correlationId;
    }

    void isAbout(ObjectId id, Optional<String> rangeText) {
        this.objectId = id;
        this.range = rangeText.orElse(null);
    }

    void failed(RuntimeException why) {
        this.cause = FailureCause.of(why).orElse(null);
    }

    void sent(int length) {
        if (firstByte == null) {
            firstByte = elapsed();
        }
        bytes += length;
    }

    /** A message of the client can't be read; in the thread that takes them in. */
    void faulted(GrpcErrors.Mapped why) {
        this.fault = why;
    }

    /** What the client is told whose request can't be read. */
    GrpcErrors.Mapped fault() {
        return fault;
    }

    /** Ends what is done for the call when it ends early. */
    Cancellation cancellation() {
        Cancellation cancellation = new Cancellation();
        reader.onEnd(cancellation::cancel);
        return cancellation;
    }

    /** Ends the call early. Idempotent: Helidon tells of a reset often. */
    void end(Ending why) {
        reader.end(why);
    }

    /** Whether the next word is the peer's, who must not be silent for ever. From any thread. */
    void awaitsPeer(boolean awaits) {
        if (awaits) {
            reader.awaiting();
        } else {
            reader.heard();
        }
    }

    /** Done, in any thread, once this server is about to stop; at once where it is. */
    void onDrain(Runnable action) {
        reader.onDrain(action);
    }

    /** Whether this is the thread that takes in what the peer says. */
    boolean isInItsThread() {
        return reader.isInItsThread();
    }

    /** Why it ended early, if it did. */
    Optional<Ending> ending() {
        return reader.ending();
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    RequestLine toLine(
            String status,
            Outcome outcome,
            Optional<String> error,
            Map<OpenRead.Origin, Long> bytesByOrigin) {
        return new RequestLine(
                startedAt,
                correlationId,
                Protocols.GRPC,
                operation,
                Optional.ofNullable(objectId),
                Optional.ofNullable(range),
                status,
                outcome,
                error,
                Optional.ofNullable(cause),
                bytes,
                bytesByOrigin,
                Optional.ofNullable(firstByte),
                elapsed());
    }
}
