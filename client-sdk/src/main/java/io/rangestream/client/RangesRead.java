package io.rangestream.client;

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
 * Reads ranges by one BidiReadRange stream: asks for them, a few hundred at a time, and hands what
 * comes to whom it is for. It does not go on elsewhere when the stream breaks: {@link VectoredRead}
 * does. One thread reads, any may drop and cancel.
 */
final class RangesRead {
    /** Of a small range there are three. */
    static final int MESSAGES_IN_FLIGHT = 32;

    /** What the contract allows in one message. */
    private static final int BATCH = 100;

    /** Fewer than the contract has the server accept, so that it never refuses one for that. */
    private static final int MOST_ASKED = 1000;

    /** For the status, once there is nothing more to come: so that the server's log says OK. */
    private static final Duration STATUS_PATIENCE = Duration.ofSeconds(1);

    private final Connection connection;
    private final Pin pin;
    private final Retries retries;
    private final boolean resumed;
    private final StreamCall<BidiReadRangeRequest, BidiReadRangeResponse> call;
    private final Map<Long, VectoredPart> asked = new HashMap<>();
    private final Deque<VectoredPart> toAsk;
    private long nextReadId;

    /** Why parts that are neither asked for nor to be asked for are not there. */
    private @Nullable RangeStreamException postponed;

    /**
     * Starts a stream.
     *
     * @param parts those that are not there yet
     * @param retries told of progress
     * @param firstReadId larger than any by which these parts were asked for before
     * @param resumed whether there was a stream before
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
        this.toAsk = new ArrayDeque<>(parts);
        this.call = connection.startRanges();
        call.send(BidiReadRangeRequest.newBuilder().setOpen(pin.spec()).build());
    }

    /**
     * Reads until each part is there or has failed, or {@code anyLeft} says that none is wanted.
     *
     * @throws RangeStreamException where the stream broke, or some parts could not be read just now
     */
    void read(BooleanSupplier anyLeft) throws IOException, InterruptedException {
        ask(anyLeft);
        open();
        while (!asked.isEmpty() && anyLeft.getAsBoolean()) {
            accept(next());
            ask(anyLeft);
        }
        if (postponed != null) {
            throw postponed;
        }
        call.halfClose();
        call.poll(STATUS_PATIENCE);
    }

    /** The id that the next range would have. */
    long nextReadId() {
        return nextReadId;
    }

    /**
     * Tells the server that a part is not wanted any more.
     *
     * @param all whether none is
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

    /** Ends the stream, if it has not ended. Idempotent. */
    void cancel() {
        call.cancel();
    }

    private void ask(BooleanSupplier anyLeft) {
        while (!toAsk.isEmpty() && asked.size() <= MOST_ASKED - BATCH) {
            RangeBatch.Builder batch = RangeBatch.newBuilder();
            while (!toAsk.isEmpty() && batch.getRangesCount() < BATCH) {
                VectoredPart part = toAsk.remove();
                if (!part.future().isDone()) {
                    long readId = nextReadId++;
                    batch.addRanges(part.ask(readId));
                    asked.put(readId, part);
                }
            }
            if (batch.getRangesCount() > 0) {
                call.send(BidiReadRangeRequest.newBuilder().setRanges(batch).build());
                // Who cancelled while it was asked for could not say so.
                batch.getRangesList().stream()
                        .flatMap(read -> Optional.ofNullable(asked.get(read.getReadId())).stream())
                        .filter(part -> part.future().isDone())
                        .forEach(part -> drop(part, !anyLeft.getAsBoolean()));
            }
        }
    }

    private void open() throws IOException, InterruptedException {
        BidiReadRangeResponse first = first();
        if (!first.hasMetadata()) {
            throw dataLoss("something else than the object's metadata first");
        }
        pin.require(first.getMetadata(), subject());
    }

    private BidiReadRangeResponse first() throws IOException, InterruptedException {
        Duration patience = connection.settings().deadline();
        StreamCall.Event<BidiReadRangeResponse> event = call.poll(patience);
        if (event == null && !resumed) {
            throw connection.noAnswer(subject(), call);
        }
        try {
            return message(event, patience);
        } catch (NotFoundException e) {
            throw resumed ? ObjectChangedException.deleted(subject(), e) : e;
        }
    }

    private BidiReadRangeResponse next() throws IOException, InterruptedException {
        Duration patience = connection.settings().idleTimeout();
        return message(call.poll(patience), patience);
    }

    private BidiReadRangeResponse message(
            StreamCall.@Nullable Event<BidiReadRangeResponse> event, Duration patience)
            throws IOException {
        if (event instanceof StreamCall.Part<BidiReadRangeResponse> part) {
            return part.message();
        }
        if (event instanceof StreamCall.Closed<BidiReadRangeResponse> closed) {
            throw connection.failure(closed.status(), closed.trailers(), subject());
        }
        throw connection.silence(subject(), patience, call);
    }

    private void accept(BidiReadRangeResponse message) throws RangeStreamException {
        switch (message.getPartCase()) {
            case HEADER -> {
                VectoredPart part = known(message.getHeader().getReadId());
                if (!part.future().isDone()) {
                    part.accept(message.getHeader());
                }
            }
            case CHUNK -> {
                VectoredPart part = known(message.getChunk().getReadId());
                if (!part.future().isDone()) {
                    take(part, message);
                }
            }
            case END -> {
                VectoredPart part = known(message.getEnd().getReadId());
                if (!part.future().isDone()) {
                    take(part, message);
                }
                asked.remove(part.readId());
            }
            case ERROR -> accept(message.getError());
            case METADATA -> throw dataLoss("the object's metadata again");
            case PART_NOT_SET -> throw dataLoss("a message that says nothing");
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
            // The caller's own allocator's, or that of what it gave: the others may fare better.
            part.future().completeExceptionally(e);
        }
    }

    private void accept(RangeError error) throws DataLossException {
        VectoredPart part = known(error.getReadId());
        asked.remove(error.getReadId());
        part.over();
        RangeStreamException why = StatusFailures.of(error.getStatus(), part.subject());
        if (why.isRetryable()) {
            part.postpone(why);
            postponed = why;
        } else if (why instanceof NotFoundException) {
            // It was there when the stream was opened.
            part.fail(ObjectChangedException.deleted(part.subject(), why));
        } else {
            part.fail(why);
        }
    }

    private VectoredPart known(long readId) throws DataLossException {
        VectoredPart part = asked.get(readId);
        if (part == null) {
            throw dataLoss("a range that was not asked for: " + readId);
        }
        return part;
    }

    private DataLossException dataLoss(String found) {
        return new DataLossException(Failure.found(subject(), "the server sent " + found));
    }

    private Subject subject() {
        return Subject.ofObject(pin.metadata().bucket(), pin.metadata().key());
    }
}
