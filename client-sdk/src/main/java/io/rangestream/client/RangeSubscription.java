package io.rangestream.client;

import com.google.protobuf.ByteString;

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
 * One subscriber's read of a range. What is to be done is done in turns on the client's threads,
 * one turn at a time, so that signals are serial and none is given from within another. Where
 * nothing is wanted there is no turn, and no thread is held; a turn that waits for the server holds
 * one.
 */
final class RangeSubscription implements Flow.Subscription {
    /** A subscriber who wants everything leaves the threads to others after so many chunks. */
    private static final int CHUNKS_A_TURN = 16;

    /** The reader whose range this is. */
    interface Opening {
        /** Where the range lies. */
        ResolvedRange resolve() throws IOException;

        /** Starts the read of it. */
        ChunkSource start(ResolvedRange range) throws IOException;

        /** Has what is given cancelled when the reader is closed, at once where it is already. */
        void register(Running subscription);

        /** What was registered or started is over. */
        void deregister(Running what);
    }

    private final Opening opening;
    private final AsyncReads reads;
    private final Running whenReaderCloses = this::readerClosed;

    /** Whoever takes this from zero has the turn, and has it until it is zero again. */
    private final AtomicInteger work = new AtomicInteger(1);

    private final AtomicLong demand = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean cancelled;
    private volatile @Nullable ChunkSource source;

    /** Null when all is over: who has cancelled is not kept. */
    private volatile Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;

    private @Nullable ResolvedRange range;
    private long given;

    private RangeSubscription(
            Flow.Subscriber<? super ByteBuffer> subscriber, Opening opening, AsyncReads reads) {
        this.subscriber = subscriber;
        this.opening = opening;
        this.reads = reads;
    }

    /** Gives the first signal on this thread, and all others on the client's. */
    static void begin(
            Flow.Subscriber<? super ByteBuffer> subscriber, Opening opening, AsyncReads reads) {
        RangeSubscription begun = new RangeSubscription(subscriber, opening, reads);
        subscriber.onSubscribe(begun);
        opening.register(begun.whenReaderCloses);
        begun.schedule();
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            demand.accumulateAndGet(n, (had, more) -> had + more < 0 ? Long.MAX_VALUE : had + more);
            wake();
        } else {
            failInstead(new IllegalArgumentException("request(n), n > 0 (rule 3.9): " + n));
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
        if (!reads.execute(this::turn)) {
            end().ifPresent(to -> to.onError(new IOException("the client is closed")));
        }
    }

    private void turn() {
        int seen = work.get();
        int steps = 0;
        do {
            while (isDue()) {
                if (steps++ == CHUNKS_A_TURN) {
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
                || given == range.length();
    }

    private void step() {
        Throwable told = failure.get();
        if (told != null) {
            end().ifPresent(to -> to.onError(told));
            return;
        }
        Optional<ByteString> chunk;
        try {
            if (range == null) {
                range = opening.resolve();
                return;
            }
            chunk = started(range).next();
        } catch (Throwable e) {
            // An error too: nobody would see it on this thread, and somebody waits.
            failInstead(e);
            return;
        }
        if (chunk.isEmpty()) {
            end().ifPresent(Flow.Subscriber::onComplete);
        } else {
            give(chunk.get());
        }
    }

    private ChunkSource started(ResolvedRange of) throws IOException {
        ChunkSource open = source;
        if (open == null) {
            open = opening.start(of);
            source = open;
            if (failure.get() != null) {
                // Who said so in between has found none.
                open.cancel();
            }
        }
        return open;
    }

    private void give(ByteString chunk) {
        Flow.Subscriber<? super ByteBuffer> to = subscriber;
        if (to == null || failure.get() != null) {
            return;
        }
        given += chunk.size();
        demand.updateAndGet(had -> had == Long.MAX_VALUE ? had : had - 1);
        try {
            to.onNext(chunk.asReadOnlyByteBuffer());
        } catch (Throwable e) {
            // Which it must not (rule 2.13): it gets nothing more, and the thread's handler this.
            Optional<?> unused = end();
            throw e;
        }
    }

    /** Ends all; gives who is to be told of it, once, and not who has cancelled. */
    private Optional<Flow.Subscriber<? super ByteBuffer>> end() {
        Flow.Subscriber<? super ByteBuffer> to = subscriber;
        subscriber = null;
        opening.deregister(whenReaderCloses);
        ChunkSource open = source;
        if (open != null) {
            open.cancel();
            opening.deregister(open);
        }
        return cancelled ? Optional.empty() : Optional.ofNullable(to);
    }
}
