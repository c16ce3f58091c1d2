package io.rangestream.client.internal.read;

import com.google.protobuf.ByteString;

import io.rangestream.client.ByteRange;
import io.rangestream.client.ObjectReader;
import io.rangestream.client.internal.channel.AsyncReads;
import io.rangestream.client.internal.channel.RunningRead;
import io.rangestream.client.internal.wire.ResolvedRange;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The subscription of one subscriber of {@link ObjectReader#publisher}, with its read of the range.
 * Its work runs in turns on the threads of {@link AsyncReads}, one turn at a time, so that signals
 * are serial and never nested. Without demand there is no turn and no thread is held; a turn that
 * waits for the server holds a thread.
 */
public final class RangeSubscription implements Flow.Subscription {
    /** After this many chunks a turn ends, so that other subscribers get the thread. */
    private static final int CHUNKS_PER_TURN = 16;

    private final PinnedReads reads;
    private final ByteRange wanted;
    private final RunningRead whenReaderCloses = this::readerClosed;

    /** The thread that raises this from zero runs the turn, until it is zero again. */
    private final AtomicInteger work = new AtomicInteger(1);

    private final AtomicLong demand = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean cancelled;
    private volatile @Nullable ChunkSource source;

    /** Null after the end, so that a cancelled subscriber can be garbage-collected (rule 3.13). */
    private volatile Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;

    private @Nullable ResolvedRange range;
    private long delivered;

    private RangeSubscription(
            Flow.Subscriber<? super ByteBuffer> subscriber, PinnedReads reads, ByteRange wanted) {
        this.subscriber = subscriber;
        this.reads = reads;
        this.wanted = wanted;
    }

    /**
     * Signals {@code onSubscribe} on this thread; all other signals are on the client's threads.
     */
    public static void begin(
            Flow.Subscriber<? super ByteBuffer> subscriber, PinnedReads reads, ByteRange wanted) {
        RangeSubscription begun = new RangeSubscription(subscriber, reads, wanted);
        subscriber.onSubscribe(begun);
        RunningRead unused = reads.register(begun.whenReaderCloses);
        begun.schedule();
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            demand.accumulateAndGet(n, (had, more) -> had + more < 0 ? Long.MAX_VALUE : had + more);
            wake();
        } else {
            failInstead(new IllegalArgumentException("request(n) requires n > 0 (rule 3.9): " + n));
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        failInstead(new CancellationException());
    }

    private void readerClosed() {
        failInstead(new IOException("the reader is closed"));
    }

    private void failInstead(Throwable why) {
        failure.compareAndSet(null, why);
        cancelSource();
        wake();
    }

    private void cancelSource() {
        ChunkSource open = source;
        if (open != null) {
            open.cancel();
        }
    }

    private void wake() {
        if (subscriber != null && work.getAndIncrement() == 0) {
            schedule();
        }
    }

    private void schedule() {
        IOException rejected = reads.async().execute(this::turn);
        if (rejected != null) {
            end().ifPresent(to -> to.onError(rejected));
        }
    }

    private void turn() {
        int seen = work.get();
        int steps = 0;
        do {
            while (isDue()) {
                if (steps++ == CHUNKS_PER_TURN) {
                    schedule();
                    return;
                }
                step();
            }
            seen = work.addAndGet(-seen);
        } while (seen != 0);
    }

    private boolean isDue() {
        if (subscriber == null) {
            return false;
        }
        return failure.get() != null
                || range == null
                || demand.get() > 0
                || delivered == range.length();
    }

    private void step() {
        Throwable why = failure.get();
        if (why != null) {
            end().ifPresent(to -> to.onError(why));
            return;
        }
        Optional<ByteString> chunk;
        try {
            if (range == null) {
                reads.ensureOpen();
                range = reads.resolve(wanted);
                return;
            }
            chunk = started(range).next();
        } catch (Throwable e) {
            // An Error too: the subscriber waits for a signal and does not see this thread.
            failInstead(e);
            return;
        }
        if (chunk.isEmpty()) {
            end().ifPresent(Flow.Subscriber::onComplete);
        } else {
            deliver(chunk.get());
        }
    }

    private ChunkSource started(ResolvedRange of) throws IOException {
        ChunkSource open = source;
        if (open == null) {
            open = reads.start(of);
            source = open;
            if (failure.get() != null) {
                // The thread that set the failure may have found no source to cancel.
                open.cancel();
            }
        }
        return open;
    }

    private void deliver(ByteString chunk) {
        Flow.Subscriber<? super ByteBuffer> to = subscriber;
        if (to == null || failure.get() != null) {
            return;
        }
        delivered += chunk.size();
        demand.updateAndGet(had -> had == Long.MAX_VALUE ? had : had - 1);
        try {
            to.onNext(chunk.asReadOnlyByteBuffer());
        } catch (Throwable e) {
            // A violation of rule 2.13: the subscription ends, and the thread's handler gets the
            // exception.
            Optional<?> unused = end();
            throw e;
        }
    }

    /** Ends the subscription; returns its subscriber once, unless that has cancelled. */
    private Optional<Flow.Subscriber<? super ByteBuffer>> end() {
        Flow.Subscriber<? super ByteBuffer> to = subscriber;
        subscriber = null;
        reads.deregister(whenReaderCloses);
        ChunkSource open = source;
        if (open != null) {
            reads.end(open);
        }
        return cancelled ? Optional.empty() : Optional.ofNullable(to);
    }
}
