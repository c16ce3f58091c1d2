package io.rangestream.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One call on the wire whose answer is a stream, as a queue of what happens on it. No more messages
 * are asked of the transport than the queue has room for: a reader that stops stops the server. One
 * thread takes, any thread may send or cancel.
 *
 * @param <Q> what is sent
 * @param <R> what comes
 */
final class StreamCall<Q, R> {
    /**
     * Enough for the next chunks to be on their way while one is being read; with the usual chunks
     * of 256 KiB it is as much as the transport's usual window.
     */
    static final int MESSAGES_IN_FLIGHT = 4;

    /** The same in bytes, with the usual chunks. */
    static final long USUAL_BYTES_IN_FLIGHT = MESSAGES_IN_FLIGHT * 256L * 1024;

    /**
     * What happens on a call.
     *
     * @param <R> what comes
     */
    sealed interface Event<R> permits Part, Closed {}

    /**
     * A message came.
     *
     * @param <R> what comes
     */
    record Part<R>(R message) implements Event<R> {}

    /**
     * The call is over. The last event.
     *
     * @param <R> what came
     */
    record Closed<R>(Status status, Metadata trailers) implements Event<R> {}

    private final ClientCall<Q, R> call;
    private final long beganAt = System.nanoTime();

    /** The messages asked for, and the one event that comes unasked. */
    private final BlockingQueue<Event<R>> events;

    private boolean sendsNoMore;

    private StreamCall(ClientCall<Q, R> call, int messagesInFlight) {
        this.call = call;
        this.events = new ArrayBlockingQueue<>(messagesInFlight + 1);
    }

    /**
     * Starts a call, on which nothing is sent yet.
     *
     * @param messagesInFlight so many messages wait to be taken at most
     * @param <Q> what is sent
     * @param <R> what comes
     */
    static <Q, R> StreamCall<Q, R> start(
            Channel channel,
            MethodDescriptor<Q, R> method,
            CallOptions options,
            int messagesInFlight) {
        StreamCall<Q, R> started =
                new StreamCall<>(channel.newCall(method, options), messagesInFlight);
        started.call.start(started.new Listener(), new Metadata());
        started.call.request(messagesInFlight);
        return started;
    }

    /** When it was started, by {@link System#nanoTime()}. */
    long beganAt() {
        return beganAt;
    }

    /** Sends a message; without effect where the call is over. */
    synchronized void send(Q message) {
        if (!sendsNoMore) {
            call.sendMessage(message);
        }
    }

    /** Says that nothing more will be sent. Idempotent. */
    synchronized void halfClose() {
        if (!sendsNoMore) {
            sendsNoMore = true;
            call.halfClose();
        }
    }

    /**
     * Waits for the next event, for so long; null where there is none. Not to be called again after
     * {@link Closed}.
     */
    @Nullable Event<R> poll(Duration patience) throws InterruptedException {
        Event<R> event = events.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (event instanceof Part<R>) {
            call.request(1);
        }
        return event;
    }

    /** Ends the call, if it has not ended; {@link Closed} follows. Idempotent. */
    void cancel() {
        synchronized (this) {
            sendsNoMore = true;
        }
        call.cancel("no longer wanted by the reader", null);
    }

    private final class Listener extends ClientCall.Listener<R> {
        @Override
        public void onMessage(R message) {
            events.add(new Part<>(message));
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            events.add(new Closed<>(status, trailers));
        }
    }
}
