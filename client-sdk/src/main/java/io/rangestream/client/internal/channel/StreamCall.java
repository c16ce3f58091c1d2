package io.rangestream.client.internal.channel;

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
 * One gRPC call with a stream as its response, as a queue of events. At most as many messages are
 * requested from gRPC as the queue has room for, so that a reader that pauses makes the server
 * pause. One thread polls; any thread may send or cancel.
 *
 * @param <Q> the type of the requests
 * @param <R> the type of the responses
 */
public final class StreamCall<Q, R> {
    /**
     * Keeps the next chunks in flight while one is read. With the usual chunks of 256 KiB it equals
     * the default flow-control window.
     */
    static final int MESSAGES_IN_FLIGHT = 4;

    /** The same in bytes, with the usual chunks. */
    static final long USUAL_BYTES_IN_FLIGHT = MESSAGES_IN_FLIGHT * 256L * 1024;

    /**
     * An event of a call.
     *
     * @param <R> the type of the responses
     */
    public sealed interface Event<R> permits Part, Closed {}

    /**
     * A message was received.
     *
     * @param <R> the type of the responses
     */
    public record Part<R>(R message) implements Event<R> {}

    /**
     * The call has ended. This is the last event.
     *
     * @param <R> the type of the responses
     */
    public record Closed<R>(Status status, Metadata trailers) implements Event<R> {}

    private final ClientCall<Q, R> call;
    private final long beganAt = System.nanoTime();

    /** The requested messages, and {@link Closed}, which is not requested. */
    private final BlockingQueue<Event<R>> events;

    private boolean halfClosed;

    private StreamCall(ClientCall<Q, R> call, int messagesInFlight) {
        this.call = call;
        this.events = new ArrayBlockingQueue<>(messagesInFlight + 1);
    }

    /**
     * Starts a call without sending a message.
     *
     * @param messagesInFlight the most messages that wait to be polled, at least 1
     * @param <Q> the type of the requests
     * @param <R> the type of the responses
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

    /** The start of the call, by {@link System#nanoTime()}. */
    long beganAt() {
        return beganAt;
    }

    /** Sends a message, unless the call is half-closed or cancelled. */
    public synchronized void send(Q message) {
        if (!halfClosed) {
            call.sendMessage(message);
        }
    }

    /** Half-closes the call: no more messages will be sent. Idempotent. */
    public synchronized void halfClose() {
        if (!halfClosed) {
            halfClosed = true;
            call.halfClose();
        }
    }

    /**
     * Waits for the next event. Must not be called again after {@link Closed}.
     *
     * @param timeout the longest time to wait
     * @return null if there was no event in that time
     */
    public @Nullable Event<R> poll(Duration timeout) throws InterruptedException {
        Event<R> event = events.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (event instanceof Part<R>) {
            call.request(1);
        }
        return event;
    }

    /** Cancels the call, if it is running; {@link Closed} follows. Idempotent. */
    public void cancel() {
        synchronized (this) {
            halfClosed = true;
        }
        call.cancel("cancelled by the reader", null);
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
