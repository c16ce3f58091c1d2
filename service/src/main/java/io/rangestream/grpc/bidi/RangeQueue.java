package io.rangestream.grpc.bidi;

import io.rangestream.grpc.GrpcError;
import io.rangestream.grpc.GrpcErrors;
import io.rangestream.range.ResolvedRange;
import io.rangestream.stream.NearRanges;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The unfinished ranges of one BidiReadRange stream: queued, in progress, or with a final message
 * that is not written yet. Safe for many threads, which use it as follows.
 *
 * <ul>
 *   <li>The thread that receives messages adds and cancels ranges. It never waits here: the number
 *       of ranges and of final messages is bounded instead.
 *   <li>The writer thread waits for final messages of ranges that are not read, and for the end.
 *   <li>Up to {@link #MAX_READERS} reader threads take groups of queued ranges.
 * </ul>
 *
 * <p>An interrupted wait ends the stream early, as a cancel does, and keeps the interrupt flag.
 */
final class RangeQueue {
    /** The number of concurrent reads of the object. */
    static final int MAX_READERS = 8;

    /** The number of unfinished ranges: those in progress and 1000 queued ones. */
    static final int MAX_UNENDED = MAX_READERS + 1000;

    /**
     * Near ranges, to be read together.
     *
     * @param cover from the first byte of any of them to the last
     * @param ranges by position
     */
    record Work(ResolvedRange cover, List<QueuedRange> ranges) {}

    private final Consumer<Boolean> onIdle;
    private final Map<Long, QueuedRange> unended = new LinkedHashMap<>();
    private final NearRanges queued = new NearRanges();
    private final RangeErrors verdicts = new RangeErrors();
    private @Nullable Long completeLength;
    private final StreamEnd end = new StreamEnd();
    private int readers;
    private long count;
    private boolean opening;
    private boolean idle;

    /**
     * Creates an empty queue, which is idle.
     *
     * @param onIdle called now and at each change with whether the stream is idle: the server has
     *     nothing to send until the client's next message. An idle stream counts as paused, because
     *     only the pause limit would ever end it
     */
    RangeQueue(Consumer<Boolean> onIdle) {
        this.onIdle = onIdle;
        noteIdle();
    }

    /** Notes that the object is about to be opened. From now on ranges are accepted. */
    synchronized void opening() {
        opening = true;
        noteIdle();
        notifyAll();
    }

    /**
     * Waits for {@link #opening}.
     *
     * @return false if the stream ends before
     */
    synchronized boolean awaitOpening() {
        awaitUntil(() -> opening || isOver());
        return !isOver();
    }

    /** Resolves the ranges in the opened object, and queues them. */
    synchronized void opened(long newCompleteLength) {
        completeLength = newCompleteLength;
        List.copyOf(unended.values()).forEach(range -> queue(range, newCompleteLength));
        noteIdle();
        notifyAll();
    }

    /** Adds ranges of one batch, or rejects those that exceed the limit or come during a drain. */
    synchronized void add(List<QueuedRange> ranges) {
        ranges.forEach(this::accept);
        noteIdle();
    }

    private void accept(QueuedRange range) {
        count++;
        if (end.isDraining()) {
            report(range.readId(), Optional.of(GrpcErrors.draining()));
        } else if (unended.size() == MAX_UNENDED) {
            report(range.readId(), Optional.of(GrpcErrors.overloaded()));
        } else {
            unended.put(range.readId(), range);
            if (completeLength != null) {
                queue(range, completeLength);
            }
        }
    }

    private void queue(QueuedRange range, long length) {
        if (range.resolve(length)) {
            queued.add(new NearRanges.Waiting(range.readId(), range.range()));
        } else if (range.end()) {
            finish(
                    range,
                    length == 0
                            ? Optional.empty()
                            : Optional.of(GrpcErrors.rangeNotSatisfiable(length)));
        }
    }

    /** Rejects an invalid range. */
    synchronized void reject(long readId, GrpcError why) {
        count++;
        report(readId, Optional.of(why));
        noteIdle();
    }

    /** Cancels a range. Without effect if it is unknown or has ended. */
    synchronized void cancel(long readId) {
        QueuedRange range = unended.get(readId);
        if (range != null && range.end()) {
            finish(range, Optional.of(GrpcErrors.cancelled()));
        }
        noteIdle();
    }

    /** Ends ranges with an error, except those that have ended meanwhile. */
    synchronized void failRanges(List<QueuedRange> ranges, GrpcError why) {
        for (QueuedRange range : ranges) {
            if (range.end()) {
                finish(range, Optional.of(why));
            }
        }
        noteIdle();
    }

    /** Queues ranges again, after the read of their group failed before it reached them. */
    synchronized void requeue(List<QueuedRange> ranges) {
        for (QueuedRange range : ranges) {
            if (!range.isEnded()) {
                queued.add(new NearRanges.Waiting(range.readId(), range.range()));
            }
        }
    }

    /** Notes that a range is complete and its end is written. */
    synchronized void completed(QueuedRange range) {
        remove(range);
        noteIdle();
        notifyAll();
    }

    private void finish(QueuedRange range, Optional<GrpcError> failure) {
        remove(range);
        report(range.readId(), failure);
    }

    private void remove(QueuedRange range) {
        unended.remove(range.readId());
        queued.remove(range.readId());
    }

    private void report(long readId, Optional<GrpcError> failure) {
        if (!mustStop() && !verdicts.add(readId, failure)) {
            failStream(GrpcErrors.overloaded());
        }
        notifyAll();
    }

    /** Ends the stream immediately with a status other than OK. The first status counts. */
    synchronized void failStream(GrpcError why) {
        end.fail(why);
        notifyAll();
    }

    /** Ends the stream immediately without a status: the call has ended early. */
    synchronized void endEarly() {
        end.endEarly();
        notifyAll();
    }

    /** Notes that the client sends no further message. */
    synchronized void halfClose() {
        end.halfClose();
        if (!opening) {
            failStream(GrpcErrors.invalid("open", "is missing"));
        }
        notifyAll();
    }

    /** Notes that this server is stopping: further ranges are rejected. */
    synchronized void drain() {
        end.drain();
        notifyAll();
    }

    /** Takes work for a new reader; empty if no range is queued or all readers are busy. */
    synchronized Optional<Work> takeForNewReader() {
        if (readers == MAX_READERS) {
            return Optional.empty();
        }
        Optional<Work> work = take();
        if (work.isPresent()) {
            readers++;
        }
        return work;
    }

    /** Takes the next work of a reader. Without work the reader must end, and counts no more. */
    synchronized Optional<Work> takeNext() {
        Optional<Work> work = take();
        if (work.isEmpty()) {
            readers--;
            notifyAll();
        }
        return work;
    }

    private Optional<Work> take() {
        return mustStop()
                ? Optional.empty()
                : queued.take().map(group -> new Work(group.cover(), unended(group.ranges())));
    }

    private List<QueuedRange> unended(List<NearRanges.Waiting> taken) {
        return taken.stream()
                .flatMap(waiting -> Optional.ofNullable(unended.get(waiting.id())).stream())
                .toList();
    }

    /**
     * Waits for the next final message to write. The one taken before counts as written.
     *
     * @return empty when the stream is over
     */
    synchronized Optional<RangeErrors.Verdict> nextVerdict() {
        verdicts.written();
        noteIdle();
        awaitUntil(() -> !verdicts.isEmpty() || isOver());
        return mustStop() ? Optional.empty() : verdicts.take();
    }

    /** Waits until no reader is left. */
    synchronized void awaitReaders() {
        awaitUntil(() -> readers == 0);
    }

    /** The status of the stream when it is over, as {@link StreamEnd#status}. */
    synchronized Optional<GrpcError> status() {
        return end.status();
    }

    /** The number of ranges requested so far. */
    synchronized long count() {
        return count;
    }

    /** Whether the stream ends immediately: no further read, and no message except the status. */
    synchronized boolean mustStop() {
        return end.mustStop();
    }

    private boolean isOver() {
        return mustStop() || end.isNear() && isAllFinished();
    }

    private boolean isAllFinished() {
        return unended.isEmpty() && verdicts.isEmpty() && (completeLength != null || !opening);
    }

    private void noteIdle() {
        boolean now = isAllFinished() && verdicts.areAllWritten() && !end.isHalfClosed();
        if (now != idle) {
            idle = now;
            onIdle.accept(now);
        }
    }

    private void awaitUntil(BooleanSupplier condition) {
        boolean interrupted = false;
        while (!condition.getAsBoolean()) {
            try {
                wait();
            } catch (InterruptedException e) {
                // The flag is cleared here, or each further wait would return immediately.
                interrupted = true;
                end.endEarly();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
