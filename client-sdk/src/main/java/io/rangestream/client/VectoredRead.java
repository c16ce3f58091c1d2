package io.rangestream.client;

import io.rangestream.v1.RangeBatch;
import io.rangestream.v1.RangeError;
import io.rangestream.v1.ReadRangesRequest;
import io.rangestream.v1.ReadRangesResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Reads many ranges of one version by as many ReadRanges streams as it takes, mostly one. Each
 * range's future is completed as soon as that range is whole. Where a stream breaks off for a
 * reason that may pass, or the server could not read some ranges just then, the next stream asks
 * for what is missing. {@link #run} is for one thread, the others for any.
 */
final class VectoredRead implements Running, Runnable {
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
    private final List<VectoredPart> parts;
    private final Consumer<Running> whenDone;
    private final Retries retries;
    private final AtomicInteger left;
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final Map<Long, VectoredPart> asked = new HashMap<>();
    private final Deque<VectoredPart> toAsk = new ArrayDeque<>();
    private volatile @Nullable StreamCall<ReadRangesRequest, ReadRangesResponse> call;
    private long nextReadId;
    private boolean resumed;

    /** Why parts that are neither asked for nor to be asked for are not there. */
    private @Nullable RangeStreamException postponed;

    /**
     * A read of parts, to be run.
     *
     * @param whenDone told at the end, however it is
     */
    VectoredRead(
            Connection connection, Pin pin, List<VectoredPart> parts, Consumer<Running> whenDone) {
        this.connection = connection;
        this.pin = pin;
        this.parts = List.copyOf(parts);
        this.whenDone = whenDone;
        this.retries = connection.retries();
        this.left = new AtomicInteger(parts.size());
        for (VectoredPart part : parts) {
            CompletableFuture<ByteBuffer> unused =
                    part.future().whenComplete((bytes, failure) -> done(part, failure));
        }
    }

    private void done(VectoredPart part, @Nullable Throwable failure) {
        boolean last = left.decrementAndGet() == 0;
        if (failure != null && !part.isOver()) {
            drop(part, last);
        }
    }

    /** Tells the server that a range, or all of them, is not wanted any more. */
    private void drop(VectoredPart part, boolean all) {
        StreamCall<ReadRangesRequest, ReadRangesResponse> current = call;
        if (current != null && all) {
            current.cancel();
        } else if (current != null) {
            current.send(ReadRangesRequest.newBuilder().setCancelReadId(part.readId()).build());
        }
    }

    @Override
    public void run() {
        try {
            while (isAnyLeft()) {
                try {
                    readOnce();
                } catch (RangeStreamException e) {
                    pauseOrThrow(e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(new InterruptedIOException("interrupted while reading"));
        } catch (Throwable e) {
            // An error too: nobody would see it on this thread, and somebody waits.
            fail(e);
        } finally {
            whenDone.accept(this);
        }
    }

    private boolean isAnyLeft() {
        return left.get() > 0;
    }

    private void fail(Throwable why) {
        parts.forEach(part -> part.fail(why));
    }

    private void pauseOrThrow(RangeStreamException why) throws IOException, InterruptedException {
        ensureWanted();
        if (!isAnyLeft()) {
            return;
        }
        Optional<Duration> pause =
                retries.mayPass(why) ? retries.pauseAfter(why, null) : Optional.empty();
        if (pause.isEmpty()) {
            throw why;
        }
        if (connection.pause(pause.get(), cancelled)) {
            throw closed();
        }
        resumed = true;
    }

    /** Reads what is left by one stream. */
    private void readOnce() throws IOException, InterruptedException {
        ensureWanted();
        StreamCall<ReadRangesRequest, ReadRangesResponse> stream = connection.startRanges();
        try {
            stream.send(ReadRangesRequest.newBuilder().setOpen(pin.spec()).build());
            call = stream;
            // Who cancelled in between may have missed it.
            ensureWanted();
            asked.clear();
            toAsk.clear();
            parts.stream().filter(part -> !part.future().isDone()).forEach(toAsk::add);
            postponed = null;
            ask(stream);
            open(stream);
            while (!asked.isEmpty() && isAnyLeft()) {
                accept(next(stream));
                ask(stream);
            }
            if (postponed != null) {
                throw postponed;
            }
            stream.halfClose();
            stream.poll(STATUS_PATIENCE);
        } finally {
            call = null;
            stream.cancel();
        }
    }

    private void ask(StreamCall<ReadRangesRequest, ReadRangesResponse> stream) {
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
                stream.send(ReadRangesRequest.newBuilder().setRanges(batch).build());
                // Who cancelled while it was asked for could not say so.
                batch.getRangesList().stream()
                        .flatMap(read -> Optional.ofNullable(asked.get(read.getReadId())).stream())
                        .filter(part -> part.future().isDone())
                        .forEach(part -> drop(part, !isAnyLeft()));
            }
        }
    }

    private void open(StreamCall<ReadRangesRequest, ReadRangesResponse> stream)
            throws IOException, InterruptedException {
        ReadRangesResponse first = first(stream);
        if (!first.hasMetadata()) {
            throw dataLoss("something else than the object's metadata first");
        }
        pin.require(first.getMetadata(), subject());
    }

    private ReadRangesResponse first(StreamCall<ReadRangesRequest, ReadRangesResponse> stream)
            throws IOException, InterruptedException {
        Duration patience = connection.settings().deadline();
        StreamCall.Event<ReadRangesResponse> event = stream.poll(patience);
        if (event == null && !resumed) {
            ensureWanted();
            throw connection.noAnswer(subject(), stream);
        }
        try {
            return message(event, patience, stream);
        } catch (NotFoundException e) {
            throw resumed ? ObjectChangedException.deleted(subject(), e) : e;
        }
    }

    private ReadRangesResponse next(StreamCall<ReadRangesRequest, ReadRangesResponse> stream)
            throws IOException, InterruptedException {
        Duration patience = connection.settings().idleTimeout();
        return message(stream.poll(patience), patience, stream);
    }

    private ReadRangesResponse message(
            StreamCall.@Nullable Event<ReadRangesResponse> event,
            Duration patience,
            StreamCall<ReadRangesRequest, ReadRangesResponse> stream)
            throws IOException {
        if (event instanceof StreamCall.Part<ReadRangesResponse> part) {
            return part.message();
        }
        ensureWanted();
        if (event instanceof StreamCall.Closed<ReadRangesResponse> closed) {
            throw connection.failure(closed.status(), closed.trailers(), subject());
        }
        throw connection.silence(subject(), patience, stream);
    }

    private void accept(ReadRangesResponse message) throws RangeStreamException {
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

    private void take(VectoredPart part, ReadRangesResponse message) throws DataLossException {
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

    private void ensureWanted() throws IOException {
        if (cancelled.getCount() == 0) {
            throw closed();
        }
    }

    private IOException closed() {
        return new IOException(subject() + ": the reader is closed");
    }

    private Subject subject() {
        return Subject.ofObject(pin.metadata().bucket(), pin.metadata().key());
    }

    /** Where all is there already, the call's last words are left to {@link #run}. */
    @Override
    public void cancel() {
        cancelled.countDown();
        if (!isAnyLeft()) {
            return;
        }
        StreamCall<ReadRangesRequest, ReadRangesResponse> current = call;
        if (current != null) {
            current.cancel();
        }
    }
}
