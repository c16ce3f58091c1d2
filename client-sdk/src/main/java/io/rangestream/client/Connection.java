package io.rangestream.client;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.rangestream.v1.ReadRangeRequest;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The channel to one server, with the deadline that its calls have. Safe for many threads. */
final class Connection implements AutoCloseable {
    /** The channel's threads end by themselves; waiting for them is a courtesy, with an end. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final ManagedChannel channel;
    private final Duration deadline;
    private final Duration idleTimeout;
    private final int retryBudget;
    private final ReadAheadBudget readAhead;
    private final AsyncReads asyncReads = new AsyncReads();
    private volatile boolean closed;
    private long abandonedAt = System.nanoTime();

    Connection(
            ManagedChannel channel,
            Duration deadline,
            Duration idleTimeout,
            int retryBudget,
            ReadAheadBudget readAhead) {
        this.channel = channel;
        this.deadline = deadline;
        this.idleTimeout = idleTimeout;
        this.retryBudget = retryBudget;
        this.readAhead = readAhead;
    }

    /** What channels may read ahead, all together. */
    ReadAheadBudget readAhead() {
        return readAhead;
    }

    /** Where reads run that nobody waits for. */
    AsyncReads asyncReads() {
        return asyncReads;
    }

    /** How long a stream that has begun may be silent while more of it is wanted. */
    Duration idleTimeout() {
        return idleTimeout;
    }

    /** How often in a row a read may go on without having got anything in between. */
    int retryBudget() {
        return retryBudget;
    }

    /** How long a unary call may take, and a stream to its first message. */
    Duration deadline() {
        return deadline;
    }

    /** Makes a unary call. */
    <Q, R> R call(MethodDescriptor<Q, R> method, Q request, Subject subject) throws IOException {
        ensureOpen();
        long beganAt = System.nanoTime();
        CallOptions options =
                CallOptions.DEFAULT.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
        try {
            return ClientCalls.blockingUnaryCall(channel, method, options, request);
        } catch (StatusRuntimeException e) {
            if (Thread.currentThread().isInterrupted()
                    && e.getStatus().getCode() == Status.Code.CANCELLED) {
                throw new InterruptedIOException("interrupted while waiting for an answer");
            }
            IOException failure = failure(e.getStatus(), e.getTrailers(), subject);
            if (failure instanceof DeadlineExceededException late && late.reason().isEmpty()) {
                abandon(beganAt);
            }
            throw failure;
        }
    }

    /**
     * A call was not answered: what is silent may be the way to the server, which TCP finds out in
     * a quarter of an hour. Calls that begin from now on have a connection of their own; those that
     * are going on keep theirs.
     *
     * @param beganAt when the call began: of a connection that was left since, nothing is learnt
     */
    synchronized void abandon(long beganAt) {
        if (beganAt - abandonedAt >= 0) {
            abandonedAt = System.nanoTime();
            channel.enterIdle();
        }
    }

    /** Starts a read. */
    RangeCall startRead(ReadRangeRequest request) throws IOException {
        ensureOpen();
        return RangeCall.start(channel, request);
    }

    /** What to throw for a call that ended with {@code status}. */
    IOException failure(Status status, @Nullable Metadata trailers, Subject subject) {
        return closed ? clientIsClosed() : StatusFailures.of(status, trailers, subject);
    }

    private void ensureOpen() throws IOException {
        if (closed) {
            throw clientIsClosed();
        }
    }

    private static IOException clientIsClosed() {
        return new IOException("the client is closed");
    }

    @Override
    public void close() {
        closed = true;
        channel.shutdownNow();
        asyncReads.close();
        try {
            channel.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
