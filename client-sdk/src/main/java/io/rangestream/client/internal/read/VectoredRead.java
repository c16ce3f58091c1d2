package io.rangestream.client.internal.read;

import io.rangestream.client.RangeStreamException;
import io.rangestream.client.internal.channel.Connection;
import io.rangestream.client.internal.channel.Retries;
import io.rangestream.client.internal.channel.RunningRead;
import io.rangestream.client.internal.wire.Pin;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Reads several ranges of one version by one or more BidiReadRange calls. Each range's future is
 * completed as soon as the range is complete. When a call or some of its ranges fail for a reason
 * that may pass, the next call requests the missing bytes. {@link #run} is for one thread, the
 * other methods are for any thread.
 */
final class VectoredRead implements RunningRead, Runnable {
    private final Connection connection;
    private final Pin pin;
    private final List<VectoredPart> parts;
    private final Consumer<RunningRead> whenDone;
    private final Retries retries;
    private final AtomicInteger left;
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private volatile @Nullable RangesRead stream;
    private long nextReadId;
    private boolean resumed;

    /**
     * Creates a read, to be run once.
     *
     * @param parts the ranges
     * @param whenDone called at the end of the read, after success or failure
     */
    VectoredRead(
            Connection connection,
            Pin pin,
            List<VectoredPart> parts,
            Consumer<RunningRead> whenDone) {
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
        RangesRead current = stream;
        if (failure != null && !part.isOver() && current != null) {
            current.drop(part, last);
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
            // An Error too: the caller waits for the futures and does not see this thread.
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
                retries.mayRetry(why) ? retries.pauseAfter(why, null) : Optional.empty();
        if (pause.isEmpty()) {
            throw why;
        }
        if (connection.pause(pause.get(), cancelled)) {
            throw closed();
        }
        resumed = true;
    }

    /** Reads the incomplete parts by one call. */
    private void readOnce() throws IOException, InterruptedException {
        ensureWanted();
        RangesRead started =
                new RangesRead(
                        connection,
                        pin,
                        parts.stream().filter(part -> !part.future().isDone()).toList(),
                        retries,
                        nextReadId,
                        resumed);
        stream = started;
        try {
            // cancel() may have run before the call was set.
            ensureWanted();
            started.read(this::isAnyLeft);
        } finally {
            stream = null;
            nextReadId = started.nextReadId();
            started.cancel();
        }
    }

    private void ensureWanted() throws IOException {
        if (cancelled.getCount() == 0) {
            throw closed();
        }
    }

    private IOException closed() {
        return new IOException(pin.subject() + ": the reader is closed");
    }

    /** Cancels the call, unless all parts are complete: {@link #run} then awaits the status. */
    @Override
    public void cancel() {
        cancelled.countDown();
        RangesRead current = stream;
        if (current != null && isAnyLeft()) {
            current.cancel();
        }
    }
}
