package io.rangestream.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One ReadRange on the wire, as a queue of what happens on it. No more messages are asked of the
 * transport than the queue has room for: a reader that stops stops the server. One thread takes,
 * any thread may cancel.
 */
final class RangeCall {
    /**
     * Enough for the next chunks to be on their way while one is being read; with the usual chunks
     * of 256 KiB it is as much as the transport's usual window.
     */
    static final int MESSAGES_IN_FLIGHT = 4;

    /** The same in bytes, with the usual chunks. */
    static final long USUAL_BYTES_IN_FLIGHT = MESSAGES_IN_FLIGHT * 256L * 1024;

    /** What happens on a call. */
    sealed interface Event permits Part, Closed {}

    /** A message came. */
    record Part(ReadRangeResponse message) implements Event {}

    /** The call is over. The last event. */
    record Closed(Status status, Metadata trailers) implements Event {}

    private final ClientCall<ReadRangeRequest, ReadRangeResponse> call;

    /** The messages asked for, and the one event that comes unasked. */
    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(MESSAGES_IN_FLIGHT + 1);

    private RangeCall(ClientCall<ReadRangeRequest, ReadRangeResponse> call) {
        this.call = call;
    }

    static RangeCall start(Channel channel, CallOptions options, ReadRangeRequest request) {
        RangeCall started =
                new RangeCall(
                        channel.newCall(RangeStreamServiceGrpc.getReadRangeMethod(), options));
        started.call.start(started.new Listener(), new Metadata());
        started.call.request(MESSAGES_IN_FLIGHT);
        started.call.sendMessage(request);
        started.call.halfClose();
        return started;
    }

    /**
     * Waits for the next event, for so long; null where there is none. Not to be called again after
     * {@link Closed}.
     */
    @Nullable Event poll(Duration patience) throws InterruptedException {
        Event event = events.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        return event == null ? null : taken(event);
    }

    private Event taken(Event event) {
        if (event instanceof Part) {
            call.request(1);
        }
        return event;
    }

    /** Ends the call, if it has not ended; {@link Closed} follows. Idempotent. */
    void cancel() {
        call.cancel("no longer wanted by the reader", null);
    }

    private final class Listener extends ClientCall.Listener<ReadRangeResponse> {
        @Override
        public void onMessage(ReadRangeResponse message) {
            events.add(new Part(message));
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            events.add(new Closed(status, trailers));
        }
    }
}
