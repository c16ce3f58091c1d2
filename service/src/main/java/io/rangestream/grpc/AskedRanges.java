package io.rangestream.grpc;

import io.rangestream.range.ByteRange;
import io.rangestream.stream.NearRanges;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What a BidiReadRange stream has asked for and not yet got an end of: ranges that wait, those that
 * are read, and verdicts that are still to be written of those that are not. Whoever asks never
 * waits here; that what is asked for is bounded keeps this so. Safe for many threads.
 */
final class AskedRanges {
    /** So many reads of the object go on at once. */
    static final int MAX_READERS = 8;

    /** So many ranges are accepted and have not ended: as many again wait as one would page. */
    static final int MAX_UNENDED = MAX_READERS + 1000;

    /**
     * Ranges that are read together.
     *
     * @param cover from the first byte of any of them to the last
     * @param ranges by position
     */
    record Work(ByteRange cover, List<AskedRange> ranges) {}

    private final Consumer<Boolean> onIdle;
    private final Map<Long, AskedRange> unended = new LinkedHashMap<>();
    private final NearRanges waiting = new NearRanges();
    private final Verdicts verdicts = new Verdicts();
    private @Nullable Long completeLength;
    private final StreamEnd end = new StreamEnd();
    private int readers;
    private long count;
    private boolean opening;
    private boolean idle;

    /**
     * Nothing is asked for yet.
     *
     * @param onIdle told, at once and never twice the same, whether the next word is the peer's
     */
    AskedRanges(Consumer<Boolean> onIdle) {
        this.onIdle = onIdle;
        noteIdle();
    }

    /** The object is going to be opened: from now on ranges are accepted. */
    synchronized void opening() {
        opening = true;
        noteIdle();
        notifyAll();
    }

    /** Waits until {@link #opening}; false where it will not come to that. */
    synchronized boolean awaitOpening() {
        awaitUntil(() -> opening || isOver());
        return !isOver();
    }

    /** The object is open: what was asked for can be looked up in it. */
    synchronized void opened(long newCompleteLength) {
        completeLength = newCompleteLength;
        List.copyOf(unended.values()).forEach(asked -> admit(asked, newCompleteLength));
        noteIdle();
        notifyAll();
    }

    /** Accepts a range, or has it refused. */
    synchronized void ask(AskedRange asked) {
        count++;
        if (end.isDraining()) {
            tell(asked.readId(), Optional.of(GrpcErrors.draining()));
        } else if (unended.size() == MAX_UNENDED) {
            tell(asked.readId(), Optional.of(GrpcErrors.overloaded()));
        } else {
            unended.put(asked.readId(), asked);
            if (completeLength != null) {
                admit(asked, completeLength);
            }
        }
        noteIdle();
    }

    private void admit(AskedRange asked, long length) {
        if (asked.resolve(length)) {
            waiting.add(new NearRanges.Waiting(asked.readId(), asked.range()));
        } else if (asked.end()) {
            decide(
                    asked,
                    length == 0
                            ? Optional.empty()
                            : Optional.of(GrpcErrors.rangeNotSatisfiable(length)));
        }
    }

    /** A range that can't be accepted. */
    synchronized void refuse(long readId, GrpcErrors.Mapped why) {
        count++;
        tell(readId, Optional.of(why));
        noteIdle();
    }

    /** A range is no longer wanted. */
    synchronized void cancel(long readId) {
        AskedRange asked = unended.get(readId);
        if (asked != null && asked.end()) {
            decide(asked, Optional.of(GrpcErrors.cancelled()));
        }
        noteIdle();
    }

    /** Ranges could not be read. Without effect on those that have ended meanwhile. */
    synchronized void failed(List<AskedRange> ranges, GrpcErrors.Mapped why) {
        for (AskedRange asked : ranges) {
            if (asked.end()) {
                decide(asked, Optional.of(why));
            }
        }
        noteIdle();
    }

    /** Ranges are to be read after all. */
    synchronized void again(List<AskedRange> ranges) {
        for (AskedRange asked : ranges) {
            if (!asked.isEnded()) {
                waiting.add(new NearRanges.Waiting(asked.readId(), asked.range()));
            }
        }
    }

    /** All of a range is written. */
    synchronized void over(AskedRange asked) {
        forget(asked);
        noteIdle();
        notifyAll();
    }

    private void decide(AskedRange asked, Optional<GrpcErrors.Mapped> why) {
        forget(asked);
        tell(asked.readId(), why);
    }

    private void forget(AskedRange asked) {
        unended.remove(asked.readId());
        waiting.remove(asked.readId());
    }

    private void tell(long readId, Optional<GrpcErrors.Mapped> why) {
        if (!mustStop() && !verdicts.add(readId, why)) {
            fail(GrpcErrors.overloaded());
        }
        notifyAll();
    }

    /** The stream is to end by a status that is not OK, whatever is under way. The first counts. */
    synchronized void fail(GrpcErrors.Mapped why) {
        end.fail(why);
        notifyAll();
    }

    /** Nobody waits for an answer any more, or the answer is known elsewhere. */
    synchronized void endEarly() {
        end.early();
        notifyAll();
    }

    /** Nothing more is going to be asked for. */
    synchronized void halfClosed() {
        end.halfClosed();
        if (!opening) {
            fail(GrpcErrors.invalid("open", "is missing"));
        }
        notifyAll();
    }

    /** This server is about to stop: nothing new is begun. */
    synchronized void drain() {
        end.drain();
        notifyAll();
    }

    /** Work for one more reader; empty where there is none, or there are enough. */
    synchronized Optional<Work> takeForNew() {
        if (readers == MAX_READERS) {
            return Optional.empty();
        }
        Optional<Work> work = take();
        if (work.isPresent()) {
            readers++;
        }
        return work;
    }

    /** What a reader reads next; with nothing he is one no more. */
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
                : waiting.take().map(group -> new Work(group.cover(), known(group.ranges())));
    }

    private List<AskedRange> known(List<NearRanges.Waiting> taken) {
        return taken.stream()
                .flatMap(waits -> Optional.ofNullable(unended.get(waits.id())).stream())
                .toList();
    }

    /**
     * Waits for the next verdict to write, or for the end of all.
     *
     * @return empty where none will come any more
     */
    synchronized Optional<Verdicts.Verdict> nextVerdict() {
        verdicts.written();
        noteIdle();
        awaitUntil(() -> !verdicts.isEmpty() || isOver());
        return mustStop() ? Optional.empty() : verdicts.take();
    }

    /** Waits until nobody reads any more. */
    synchronized void awaitReaders() {
        awaitUntil(() -> readers == 0);
    }

    /** How the stream ends, once it does: as {@link StreamEnd#outcome}. */
    synchronized Optional<GrpcErrors.Mapped> outcome() {
        return end.outcome();
    }

    /** How many ranges were asked for. */
    synchronized long count() {
        return count;
    }

    /** Whether nothing more is to be read, and nothing said but the status. */
    synchronized boolean mustStop() {
        return end.mustStop();
    }

    private boolean isOver() {
        return mustStop() || end.isNear() && isNothingAsked();
    }

    private boolean isNothingAsked() {
        return unended.isEmpty() && verdicts.isEmpty() && (completeLength != null || !opening);
    }

    private void noteIdle() {
        boolean now = isNothingAsked() && verdicts.areAllWritten() && !end.isHalfClosed();
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
                // Nobody does this; whoever did wants an end.
                interrupted = true;
                end.early();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
