package io.rangestream.client.internal.read;

import io.rangestream.client.DataLossException;
import io.rangestream.client.NotFoundException;
import io.rangestream.client.RangeStreamException;
import io.rangestream.client.internal.channel.Connection;
import io.rangestream.client.internal.channel.Retries;
import io.rangestream.client.internal.channel.StreamCall;
import io.rangestream.client.internal.wire.ApiAccess;
import io.rangestream.client.internal.wire.Failure;
import io.rangestream.client.internal.wire.Pin;
import io.rangestream.client.internal.wire.StatusFailures;
import io.rangestream.client.internal.wire.Subject;
import io.rangestream.v1.BidiReadRangeRequest;
import io.rangestream.v1.BidiReadRangeResponse;
import io.rangestream.v1.CancelReads;
import io.rangestream.v1.RangeBatch;
import io.rangestream.v1.RangeError;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Reads the parts of a vectored read by one BidiReadRange call: requests up to {@value
 * #MAX_REQUESTED} ranges at a time and passes each message to its {@link VectoredPart}. When the
 * call fails, {@link VectoredRead} resumes by another. One thread reads; any thread may drop parts
 * and cancel.
 */
final class RangesRead {
    /** A small range has three messages. */
    private static final int MESSAGES_IN_FLIGHT = 32;

    /** The contract's maximum number of ranges in one message. */
    private static final int MAX_BATCH = 100;

    /** Below the contract's limit of running ranges, so that the server refuses none for it. */
    private static final int MAX_REQUESTED = 1000;

    /** How long to wait for the status after the last range, so that the server logs OK. */
    private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(1);

    private final Connection connection;
    private final Pin pin;
    private final Retries retries;
    private final boolean resumed;
    private final StreamCall<BidiReadRangeRequest, BidiReadRangeResponse> call;
    private final Map<Long, VectoredPart> requested = new HashMap<>();
    private final Deque<VectoredPart> waiting;
    private long nextReadId;

    /** The failure of the parts that have to be requested again by another call. */
    private @Nullable RangeStreamException postponed;

    /**
     * Starts the call.
     *
     * @param parts the parts that are not complete
     * @param retries the retry budget, which each message restores
     * @param firstReadId the first read id, larger than those of earlier calls
     * @param resumed whether there was an earlier call
     */
    RangesRead(
            Connection connection,
            Pin pin,
            List<VectoredPart> parts,
            Retries retries,
            long firstReadId,
            boolean resumed)
            throws IOException {
        this.connection = connection;
        this.pin = pin;
        this.retries = retries;
        this.nextReadId = firstReadId;
        this.resumed = resumed;
        this.waiting = new ArrayDeque<>(parts);
        this.call = connection.startRanges(MESSAGES_IN_FLIGHT);
        call.send(BidiReadRangeRequest.newBuilder().setOpen(pin.spec()).build());
    }

    /**
     * Reads until each part is complete or has failed.
     *
     * @param anyLeft whether any part is still incomplete; false ends the read
     * @throws RangeStreamException if the call fails, or if parts have to be requested again
     */
    void read(BooleanSupplier anyLeft) throws IOException, InterruptedException {
        request(anyLeft);
        open();
        while (!requested.isEmpty() && anyLeft.getAsBoolean()) {
            accept(next());
            request(anyLeft);
        }
        if (postponed != null) {
            throw postponed;
        }
        call.halfClose();
        call.poll(STATUS_TIMEOUT);
    }

    /** The read id of the next range. */
    long nextReadId() {
        return nextReadId;
    }

    /**
     * Cancels the read of a part at the server.
     *
     * @param all whether this was the last incomplete part, which cancels the whole call
     */
    void drop(VectoredPart part, boolean all) {
        if (all) {
            call.cancel();
        } else {
            call.send(
                    BidiReadRangeRequest.newBuilder()
                            .setCancel(CancelReads.newBuilder().addReadIds(part.readId()))
                            .build());
        }
    }

    /** Cancels the call, if it is running. Idempotent. */
    void cancel() {
        call.cancel();
    }

    private void request(BooleanSupplier anyLeft) {
        while (!waiting.isEmpty() && requested.size() <= MAX_REQUESTED - MAX_BATCH) {
            RangeBatch.Builder batch = RangeBatch.newBuilder();
            while (!waiting.isEmpty() && batch.getRangesCount() < MAX_BATCH) {
                VectoredPart part = waiting.remove();
                if (!part.future().isDone()) {
                    long readId = nextReadId++;
                    batch.addRanges(part.request(readId));
                    requested.put(readId, part);
                }
            }
            if (batch.getRangesCount() > 0) {
                call.send(BidiReadRangeRequest.newBuilder().setRanges(batch).build());
                // A part that was cancelled before this message could not be dropped.
                batch.getRangesList().stream()
                        .flatMap(
                                read ->
                                        Optional.ofNullable(requested.get(read.getReadId()))
                                                .stream())
                        .filter(part -> part.future().isDone())
                        .forEach(part -> drop(part, !anyLeft.getAsBoolean()));
            }
        }
    }

    private void open() throws IOException, InterruptedException {
        BidiReadRangeResponse first = first();
        if (!first.hasMetadata()) {
            throw dataLoss("another message before the object's metadata");
        }
        pin.require(first.getMetadata(), subject());
    }

    private BidiReadRangeResponse first() throws IOException, InterruptedException {
        Duration timeout = connection.settings().deadline();
        StreamCall.Event<BidiReadRangeResponse> event = call.poll(timeout);
        if (event == null && !resumed) {
            throw connection.noAnswer(subject(), call);
        }
        try {
            return message(event, timeout);
        } catch (NotFoundException e) {
            throw resumed ? StatusFailures.deleted(subject(), e) : e;
        }
    }

    private BidiReadRangeResponse next() throws IOException, InterruptedException {
        Duration timeout = connection.settings().idleTimeout();
        return message(call.poll(timeout), timeout);
    }

    private BidiReadRangeResponse message(
            StreamCall.@Nullable Event<BidiReadRangeResponse> event, Duration timeout)
            throws IOException {
        if (event instanceof StreamCall.Part<BidiReadRangeResponse> part) {
            return part.message();
        }
        if (event instanceof StreamCall.Closed<BidiReadRangeResponse> closed) {
            throw connection.failure(closed.status(), closed.trailers(), subject());
        }
        throw connection.silence(subject(), timeout, call);
    }

    private void accept(BidiReadRangeResponse message) throws RangeStreamException {
        switch (message.getPartCase()) {
            case HEADER -> {
                VectoredPart part = requestedPart(message.getHeader().getReadId());
                if (!part.future().isDone()) {
                    part.accept(message.getHeader());
                }
            }
            case CHUNK -> {
                VectoredPart part = requestedPart(message.getChunk().getReadId());
                if (!part.future().isDone()) {
                    take(part, message);
                }
            }
            case END -> {
                VectoredPart part = requestedPart(message.getEnd().getReadId());
                if (!part.future().isDone()) {
                    take(part, message);
                }
                requested.remove(part.readId());
            }
            case ERROR -> accept(message.getError());
            case METADATA -> throw dataLoss("the object's metadata again");
            case PART_NOT_SET -> throw dataLoss("an empty message");
        }
    }

    private void take(VectoredPart part, BidiReadRangeResponse message) throws DataLossException {
        try {
            if (message.hasEnd()) {
                part.accept(message.getEnd());
            } else {
                part.accept(message.getChunk());
            }
            retries.progressed();
        } catch (RuntimeException | Error e) {
            // Thrown by the caller's allocator or its buffer. The other parts are not affected.
            part.future().completeExceptionally(e);
        }
    }

    private void accept(RangeError error) throws DataLossException {
        VectoredPart part = requestedPart(error.getReadId());
        requested.remove(error.getReadId());
        part.over();
        RangeStreamException why = StatusFailures.of(error.getStatus(), part.subject());
        if (why.isRetryable()) {
            part.postpone(why);
            postponed = why;
        } else if (why instanceof NotFoundException) {
            // The object existed when the call was opened.
            part.fail(StatusFailures.deleted(part.subject(), why));
        } else {
            part.fail(why);
        }
    }

    private VectoredPart requestedPart(long readId) throws DataLossException {
        VectoredPart part = requested.get(readId);
        if (part == null) {
            throw dataLoss("a range that was not requested: " + readId);
        }
        return part;
    }

    private DataLossException dataLoss(String found) {
        return ApiAccess.get().dataLoss(Failure.found(subject(), "the server sent " + found));
    }

    private Subject subject() {
        return pin.subject();
    }
}
