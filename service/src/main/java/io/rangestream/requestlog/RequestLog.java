package io.rangestream.requestlog;

import io.rangestream.fault.TaskGuard;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Writes request lines behind a queue that is bounded in lines and in bytes, so that no request
 * waits for a terminal or a pipe, and a stalled output costs a bounded amount of memory. A line
 * that does not fit is dropped and counted, and so are refused requests above {@link
 * #MAX_REFUSED_PER_SECOND}. Safe for many threads; {@link #close} writes what is queued.
 */
public final class RequestLog implements RequestSink, AutoCloseable {
    // Some seconds of a busy server.
    private static final int QUEUE_LINES = 4096;

    /** The memory of all queued lines, and of the one that is being written. */
    static final long QUEUE_BYTES = 4L * 1024 * 1024;

    /**
     * Requests that were refused before an object was known cost a client next to nothing; a flood
     * of them must not fill the disk that the log is on.
     */
    static final int MAX_REFUSED_PER_SECOND = 100;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration LAST_LINES = Duration.ofSeconds(1);
    private static final RequestLogEnd END = new RequestLogEnd();

    private final BlockingQueue<Object> queue = new ArrayBlockingQueue<>(QUEUE_LINES);
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final TaskGuard guard = new TaskGuard("the request log");
    private final RefusedLimit refused;
    private final PrintStream out;
    private final Thread writer;
    private volatile boolean closed;

    /** Tells the writer to end. */
    private record RequestLogEnd() {}

    /** Writes to {@code out}, which stays its owner's. */
    public RequestLog(PrintStream out) {
        this(out, System::nanoTime);
    }

    /** The same, by another clock. */
    RequestLog(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.refused = new RefusedLimit(nanoTime);
        this.writer = Thread.ofPlatform().name("request-log").daemon().start(this::write);
    }

    /** How many refused requests are logged in one second. */
    private static final class RefusedLimit {
        private final LongSupplier nanoTime;
        private long secondBeganNanos;
        private int inThisSecond;

        RefusedLimit(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
            this.secondBeganNanos = nanoTime.getAsLong();
        }

        synchronized boolean admits() {
            long now = nanoTime.getAsLong();
            if (now - secondBeganNanos >= SECOND_NANOS) {
                secondBeganNanos = now;
                inThisSecond = 0;
            }
            if (inThisSecond == MAX_REFUSED_PER_SECOND) {
                return false;
            }
            inThisSecond++;
            return true;
        }
    }

    @Override
    public void accept(RequestLine line) {
        if (closed || line.isRefused() && !refused.admits() || !isQueued(line)) {
            dropped.incrementAndGet();
        }
    }

    private boolean isQueued(RequestLine line) {
        int bytes = line.heldBytes();
        if (queuedBytes.addAndGet(bytes) <= QUEUE_BYTES && queue.offer(line)) {
            return true;
        }
        queuedBytes.addAndGet(-bytes);
        return false;
    }

    /** How many lines were dropped since the start. */
    public long dropped() {
        return dropped.get();
    }

    /** About how much memory the lines take that are not written yet. */
    long queuedBytes() {
        return queuedBytes.get();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            // The reader of the log may have stopped reading: the end does not wait for it.
            if (queue.offer(END, LAST_LINES.toMillis(), TimeUnit.MILLISECONDS)) {
                var _ = writer.join(LAST_LINES);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try {
            while (queue.take() instanceof RequestLine line) {
                write(line);
                if (queue.isEmpty()) {
                    guard.run(out::flush);
                }
            }
            guard.run(out::flush);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(RequestLine line) {
        try {
            out.println(line.toJson());
        } catch (RuntimeException | Error e) {
            // One line that can't be written must not be the last one.
            dropped.incrementAndGet();
            guard.failed(e);
        } finally {
            queuedBytes.addAndGet(-line.heldBytes());
        }
    }
}
