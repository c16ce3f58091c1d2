package io.rangestream.client;

import io.grpc.CallOptions;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
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
 * The channel to one server, with what its calls keep to: deadlines, tries, and who asks. Safe for
 * many threads.
 */
final class Connection implements AutoCloseable {
    /** The channel's threads end by themselves; waiting for them is a courtesy, with an end. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final ManagedChannel channel;
    private final CallOptions callOptions;
    private final ClientSettings settings;
    private final ReadAheadBudget readAhead;
    private final AsyncReads asyncReads = new AsyncReads();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Those who wait before a further try. */
    private final Set<CountDownLatch> pausing = ConcurrentHashMap.newKeySet();

    private long abandonedAt = System.nanoTime();

    /** Takes the channel over: it is closed with this. */
    Connection(ManagedChannel channel, CallOptions callOptions, ClientSettings settings) {
        this.channel = channel;
        this.callOptions = callOptions;
        this.settings = settings;
        this.readAhead = new ReadAheadBudget(settings.readAheadBytes());
    }

    /** What channels may read ahead, all together. */
    ReadAheadBudget readAhead() {
        return readAhead;
    }

    /** Where reads run that nobody waits for. */
    AsyncReads asyncReads() {
        return asyncReads;
    }

    /** What calls keep to. */
    ClientSettings settings() {
        return settings;
    }

    /** How much of a stream is on its way at most: the transport's window, and usual messages. */
    long onTheWayBytes() {
        return settings.flowControlWindowBytes() + StreamCall.USUAL_BYTES_IN_FLIGHT;
    }

    /** A full budget of tries. */
    Retries retries() {
        return new Retries(settings.retryBudget(), ThreadLocalRandom.current());
    }

    /** One try of something. */
    interface Attempt<T> {
        /**
         * Tries.
         *
         * @param by when this and all further tries must be over
         */
        T make(Deadline by) throws IOException;
    }

    /**
     * Tries until it succeeds, fails for a reason that lasts, or the tries or the time are used up.
     */
    <T> T retried(Retries retries, Deadline by, Attempt<T> attempt) throws IOException {
        RangeStreamException before = null;
        while (true) {
            try {
                return attempt.make(by);
            } catch (RangeStreamException e) {
                if (before != null) {
                    e.addSuppressed(before);
                }
                Optional<Duration> pause =
                        retries.mayPass(e) ? retries.pauseAfter(e, by) : Optional.empty();
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
            throw new InterruptedIOException("interrupted while waiting for the next try");
        }
    }

    /**
     * Waits before a further try, and no longer than until somebody gives it up.
     *
     * @param givenUp counted down by whoever does
     * @return whether somebody did
     * @throws IOException where this is closed, which ends the wait too
     */
    boolean pause(Duration pause, CountDownLatch givenUp) throws IOException, InterruptedException {
        pausing.add(givenUp);
        try {
            ensureOpen();
            boolean over = givenUp.await(pause.toNanos(), TimeUnit.NANOSECONDS);
            ensureOpen();
            return over;
        } finally {
            pausing.remove(givenUp);
        }
    }

    /** When a call that begins now must have been answered. */
    Deadline deadline() {
        return Deadline.after(settings.deadline().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** When a read that begins now must be over; null where it may take as long as it likes. */
    static @Nullable Deadline deadline(ReadOptions options) {
        return options.deadline()
                .map(time -> Deadline.after(time.toNanos(), TimeUnit.NANOSECONDS))
                .orElse(null);
    }

    /** Makes a unary call, again where the server or the way to it fails for a while. */
    <Q, R> R call(MethodDescriptor<Q, R> method, Q request, Subject subject) throws IOException {
        return retried(retries(), deadline(), by -> callOnce(method, request, by, subject));
    }

    private <Q, R> R callOnce(
            MethodDescriptor<Q, R> method, Q request, Deadline by, Subject subject)
            throws IOException {
        ensureOpen();
        long beganAt = System.nanoTime();
        try {
            return ClientCalls.blockingUnaryCall(
                    channel, method, callOptions.withDeadline(by), request);
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
     * Starts a read.
     *
     * @param by when it must be over; null where it may take as long as it likes
     */
    StreamCall<ReadRangeRequest, ReadRangeResponse> startRead(
            ReadRangeRequest request, @Nullable Deadline by) throws IOException {
        ensureOpen();
        StreamCall<ReadRangeRequest, ReadRangeResponse> call =
                StreamCall.start(
                        channel,
                        RangeStreamServiceGrpc.getReadRangeMethod(),
                        callOptions.withDeadline(by),
                        StreamCall.MESSAGES_IN_FLIGHT);
        call.send(request);
        call.halfClose();
        return call;
    }

    /** Starts a stream of ranges, on which nothing is said yet. */
    StreamCall<BidiReadRangeRequest, BidiReadRangeResponse> startRanges() throws IOException {
        ensureOpen();
        return StreamCall.start(
                channel,
                RangeStreamServiceGrpc.getBidiReadRangeMethod(),
                callOptions,
                RangesRead.MESSAGES_IN_FLIGHT);
    }

    /**
     * A call was not answered: what is silent may be the way to the server, which TCP finds out in
     * a quarter of an hour. Calls that begin from now on have a connection of their own; those that
     * are going on keep theirs.
     *
     * @param beganAt when the call began: of a connection that was left since, nothing is learnt
     */
    private synchronized void abandon(long beganAt) {
        if (beganAt - abandonedAt >= 0) {
            abandonedAt = System.nanoTime();
            channel.enterIdle();
        }
    }

    /** No message of a stream came in time, and its connection is left; what to throw. */
    DeadlineExceededException noAnswer(Subject subject, StreamCall<?, ?> call) {
        abandon(call.beganAt());
        return new DeadlineExceededException(
                Failure.found(
                        subject, "no answer within " + settings.deadline().toMillis() + " ms"));
    }

    /** A stream that had begun fell silent, and its connection is left; what to throw. */
    UnavailableException silence(Subject subject, Duration patience, StreamCall<?, ?> call) {
        abandon(call.beganAt());
        return new UnavailableException(
                Failure.found(subject, "silence for " + patience.toMillis() + " ms"), true, null);
    }

    /** What to throw for a call that ended with {@code status}. */
    IOException failure(Status status, @Nullable Metadata trailers, Subject subject) {
        return isClosed() ? clientIsClosed() : StatusFailures.of(status, trailers, subject);
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
            channel.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
