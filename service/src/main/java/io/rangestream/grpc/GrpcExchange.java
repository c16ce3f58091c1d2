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

/**
 * One call of our services: its correlation id, its early end if any, and the data of its log line.
 * Created by the interceptor and found in the gRPC context by the handler. The setters are for one
 * thread at a time; methods marked "from any thread" are safe for many.
 */
public final class GrpcExchange {
    public static final Context.Key<GrpcExchange> KEY = Context.key("rangestream-exchange");

    private final String correlationId = CorrelationId.next();
    private final Instant startedAt;
    private final long startNanos = System.nanoTime();
    private final String operation;
    private final OpenReader reader;

    private GrpcError fault = GrpcErrors.invalid("message", "can't be parsed");
    private @Nullable ObjectId objectId;
    private @Nullable String range;
    private @Nullable String cause;
    private @Nullable Duration firstByte;
    private long bytes;

    public GrpcExchange(String operation, OpenReader reader, Clock clock) {
        this.operation = operation;
        this.reader = reader;
        this.startedAt = clock.instant();
    }

    /** The exchange of the call that the current thread serves. */
    public static GrpcExchange current() {
        return KEY.get();
    }

    public String correlationId() {
        return correlationId;
    }

    /**
     * Sets the object and the range for the log.
     *
     * @param rangeText the range as the client requested it
     */
    public void setObject(ObjectId id, Optional<String> rangeText) {
        this.objectId = id;
        this.range = rangeText.orElse(null);
    }

    /** Sets the failure. Its cause is logged. */
    void setFailure(RuntimeException why) {
        this.cause = FailureCause.of(why).orElse(null);
    }

    /** Counts bytes of the object that were sent. */
    public void sent(int length) {
        if (firstByte == null) {
            firstByte = elapsed();
        }
        bytes += length;
    }

    /** Sets the error of a request that can't be parsed, in the thread that receives messages. */
    void setFault(GrpcError why) {
        this.fault = why;
    }

    /** The error to send for a request that can't be parsed. */
    public GrpcError fault() {
        return fault;
    }

    /** A new cancellation, which is cancelled when the call ends early. */
    public Cancellation cancellation() {
        Cancellation cancellation = new Cancellation();
        reader.onEnd(cancellation::cancel);
        return cancellation;
    }

    /**
     * Ends the call early, from any thread. Idempotent: Helidon reports one reset several times.
     */
    public void end(Ending why) {
        reader.end(why);
    }

    /**
     * Ends the call if the current thread is interrupted, which means that the client has left:
     * Helidon after 4.5.0 interrupts the thread of a stream when its connection ends. Keeps the
     * interrupt flag.
     */
    public void endIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            end(Ending.PEER_GONE);
        }
    }

    /**
     * Starts or stops the idle timeout, from any thread.
     *
     * @param awaits whether the server has nothing to send until the client's next message
     */
    public void setAwaitsClient(boolean awaits) {
        if (awaits) {
            reader.awaiting();
        } else {
            reader.heard();
        }
    }

    /**
     * Sets the action that runs, in any thread, when this server starts to drain; immediately if it
     * drains already.
     */
    public void onDrain(Runnable action) {
        reader.onDrain(action);
    }

    /** Whether the current thread is the one that receives the messages of the client. */
    public boolean isInItsThread() {
        return reader.isInItsThread();
    }

    /** The reason of the early end, if any. From any thread. */
    public Optional<Ending> ending() {
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
