package io.rangestream.client.internal.channel;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.rangestream.client.DeadlineExceededException;
import io.rangestream.client.RangeStreamClient;
import io.rangestream.client.RangeStreamException;
import io.rangestream.client.ReadOptions;
import io.rangestream.client.TlsMismatchException;
import io.rangestream.client.UnavailableException;
import io.rangestream.client.internal.wire.ApiAccess;
import io.rangestream.client.internal.wire.Failure;
import io.rangestream.client.internal.wire.StatusFailures;
import io.rangestream.client.internal.wire.Subject;
import io.rangestream.v1.BidiReadRangeRequest;
import io.rangestream.v1.BidiReadRangeResponse;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The channel of one client, and the settings of its calls: deadlines, retries and credentials.
 * Used by all calls of the client. Safe for several threads; owned by the {@link
 * RangeStreamClient}.
 */
public final class Connection implements AutoCloseable {
    /** How long {@link #close} waits for the channel's threads, which end by themselves. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final ManagedChannel channel;
    private final Channel calls;
    private final CallOptions callOptions;
    private final ClientSettings settings;
    private final ReadAheadBudget readAhead;
    private final AsyncReads asyncReads;
    private final TlsMismatchDetector mismatches;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** The latches of the threads that pause before a retry. */
    private final Set<CountDownLatch> pausing = ConcurrentHashMap.newKeySet();

    private long abandonedAt = System.nanoTime();

    /** Takes ownership of the channel and of {@code asyncReads}. */
    public Connection(
            ManagedChannel channel,
            CallOptions callOptions,
            ClientSettings settings,
            AsyncReads asyncReads,
            TlsMismatchDetector mismatches) {
        this.channel = channel;
        this.calls = ClientInterceptors.intercept(channel, mismatches.responseWatcher());
        this.callOptions = callOptions;
        this.settings = settings;
        this.readAhead = new ReadAheadBudget(settings.readAheadBytes());
        this.asyncReads = asyncReads;
        this.mismatches = mismatches;
    }

    /** The read-ahead budget that all channels share. */
    public ReadAheadBudget readAhead() {
        return readAhead;
    }

    /** Runs the reads that no caller waits for. */
    public AsyncReads asyncReads() {
        return asyncReads;
    }

    public ClientSettings settings() {
        return settings;
    }

    /** The most bytes of a stream that are in flight: the HTTP/2 window and the queued messages. */
    public long inFlightBytes() {
        return settings.flowControlWindowBytes() + StreamCall.USUAL_BYTES_IN_FLIGHT;
    }

    /** A full retry budget for one call. */
    public Retries retries() {
        return new Retries(settings.retryBudget(), ThreadLocalRandom.current());
    }

    /** One attempt of a call. */
    public interface Attempt<T> {
        /**
         * Makes the attempt.
         *
         * @param by the deadline of all attempts together
         */
        T make(Deadline by) throws IOException;
    }

    /**
     * Repeats an attempt until it succeeds, fails for a lasting reason, or the retry budget or the
     * time is used up.
     */
    public <T> T retried(Retries retries, Deadline by, Attempt<T> attempt) throws IOException {
        RangeStreamException before = null;
        while (true) {
            try {
                return attempt.make(by);
            } catch (RangeStreamException e) {
                if (before != null) {
                    e.addSuppressed(before);
                }
                Optional<Duration> pause =
                        retries.mayRetry(e) ? retries.pauseAfter(e, by) : Optional.empty();
                if (pause.isEmpty()) {
                    throw e;
                }
                before = e;
                pause(pause.get());
            }
        }
    }

    private void pause(Duration pause) throws IOException {
        try {
            pause(pause, new CountDownLatch(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while pausing before a retry");
        }
    }

    /**
     * Pauses before a retry. Cancelling the read or closing the client ends the pause.
     *
     * @param pause the length of the pause
     * @param cancelled counted down when the read is cancelled
     * @return whether the read was cancelled
     * @throws IOException if the client is closed
     */
    public boolean pause(Duration pause, CountDownLatch cancelled)
            throws IOException, InterruptedException {
        pausing.add(cancelled);
        try {
            ensureOpen();
            boolean over = cancelled.await(pause.toNanos(), TimeUnit.NANOSECONDS);
            ensureOpen();
            return over;
        } finally {
            pausing.remove(cancelled);
        }
    }

    /** The deadline of a call that starts now. */
    public Deadline deadline() {
        return Deadline.after(settings.deadline().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The deadline of a whole read that starts now; null if the options set none. */
    public static @Nullable Deadline deadline(ReadOptions options) {
        return options.deadline()
                .map(time -> Deadline.after(time.toNanos(), TimeUnit.NANOSECONDS))
                .orElse(null);
    }

    /** Makes a unary call and retries it after failures that may pass. */
    public <Q, R> R call(MethodDescriptor<Q, R> method, Q request, Subject subject)
            throws IOException {
        return retried(retries(), deadline(), by -> callOnce(method, request, by, subject));
    }

    private <Q, R> R callOnce(
            MethodDescriptor<Q, R> method, Q request, Deadline by, Subject subject)
            throws IOException {
        ensureOpen();
        long beganAt = System.nanoTime();
        try {
            return ClientCalls.blockingUnaryCall(
                    calls, method, callOptions.withDeadline(by), request);
        } catch (StatusRuntimeException e) {
            if (Thread.currentThread().isInterrupted()
                    && e.getStatus().getCode() == Status.Code.CANCELLED) {
                throw new InterruptedIOException("interrupted while waiting for the response");
            }
            IOException failure = failure(e.getStatus(), e.getTrailers(), subject);
            if (failure instanceof DeadlineExceededException late && late.reason().isEmpty()) {
                abandon(beganAt);
            }
            throw failure;
        }
    }

    /**
     * Starts a read.
     *
     * @param request the request, which is sent
     * @param by the deadline of the whole read; null for none
     */
    public StreamCall<ReadRangeRequest, ReadRangeResponse> startRead(
            ReadRangeRequest request, @Nullable Deadline by) throws IOException {
        ensureOpen();
        StreamCall<ReadRangeRequest, ReadRangeResponse> call =
                StreamCall.start(
                        calls,
                        RangeStreamServiceGrpc.getReadRangeMethod(),
                        callOptions.withDeadline(by),
                        StreamCall.MESSAGES_IN_FLIGHT);
        call.send(request);
        call.halfClose();
        return call;
    }

    /**
     * Starts a stream of ranges without sending a message.
     *
     * @param messagesInFlight the most messages that wait to be polled, at least 1
     */
    public StreamCall<BidiReadRangeRequest, BidiReadRangeResponse> startRanges(int messagesInFlight)
            throws IOException {
        ensureOpen();
        return StreamCall.start(
                calls,
                RangeStreamServiceGrpc.getBidiReadRangeMethod(),
                callOptions,
                messagesInFlight);
    }

    /**
     * Makes later calls use a new connection, because a call got no response. The network path may
     * drop packets silently, which TCP detects only after a quarter of an hour. Running calls keep
     * their connection.
     *
     * @param beganAt the start of the call, by {@link System#nanoTime()}; a call that started
     *     before the last change of connection has no effect
     */
    private synchronized void abandon(long beganAt) {
        if (beganAt - abandonedAt >= 0) {
            abandonedAt = System.nanoTime();
            channel.enterIdle();
        }
    }

    /** The exception for a stream without a first message in time. Abandons its connection. */
    public DeadlineExceededException noAnswer(Subject subject, StreamCall<?, ?> call) {
        abandon(call.beganAt());
        return ApiAccess.get()
                .deadlineExceeded(
                        Failure.found(
                                subject,
                                "no response within " + settings.deadline().toMillis() + " ms"));
    }

    /** The exception for a stream that stalled. Abandons its connection. */
    public UnavailableException silence(Subject subject, Duration waited, StreamCall<?, ?> call) {
        abandon(call.beganAt());
        return ApiAccess.get()
                .unavailable(
                        Failure.found(subject, "no message for " + waited.toMillis() + " ms"),
                        true,
                        null);
    }

    /** The exception for a call that ended with {@code status}. */
    public IOException failure(Status status, @Nullable Metadata trailers, Subject subject) {
        if (isClosed()) {
            return clientIsClosed();
        }
        Optional<TlsMismatchException> mismatch = mismatches.detect(status, subject);
        return mismatch.isPresent() ? mismatch.get() : StatusFailures.of(status, trailers, subject);
    }

    private void ensureOpen() throws IOException {
        if (isClosed()) {
            throw clientIsClosed();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private static IOException clientIsClosed() {
        return new IOException("the client is closed");
    }

    @Override
    public void close() {
        closed.countDown();
        pausing.forEach(CountDownLatch::countDown);
        channel.shutdownNow();
        asyncReads.close();
        try {
            channel.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
