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
 * Writes request lines to a stream. The threads of requests queue lines, and one writer thread
 * writes them, so that no request waits for a terminal or a pipe. The queue is bounded in lines and
 * in bytes, so that a stalled stream takes a bounded amount of memory. Lines beyond that, and those
 * of refused requests above {@link #MAX_REFUSED_PER_SECOND}, are dropped and counted. Safe for many
 * threads; {@link #close} writes the queued lines.
 */
public final class RequestLog implements RequestSink, AutoCloseable {
    // A few seconds of a busy server.
    private static final int QUEUE_LINES = 4096;

    /** Upper bound of the memory of all queued lines and the one being written. */
    static final long QUEUE_BYTES = 4L * 1024 * 1024;

    /**
     * Requests that are refused before their object is known cost a client almost nothing. A flood
     * of them must not fill the disk of the log.
     */
    static final int MAX_REFUSED_PER_SECOND = 100;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    // The reader of standard output may have stopped; the process must end all the same.
    private static final Duration CLOSE_TIME_LIMIT = Duration.ofSeconds(1);
    private static final RequestLogEnd END = new RequestLogEnd();

    private final BlockingQueue<Object> queue = new ArrayBlockingQueue<>(QUEUE_LINES);
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final TaskGuard guard = new TaskGuard("the request log");
    private final RefusedLimit refused;
    private final PrintStream out;
    private final Thread writer;
    private volatile boolean closed;

    /** Queued last, to end the writer thread. */
    private record RequestLogEnd() {}

    /** Writes to {@code out}, and does not close it. */
    public RequestLog(PrintStream out) {
        this(out, System::nanoTime);
    }

    /** With another clock, for tests. */
    RequestLog(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.refused = new RefusedLimit(nanoTime);
        this.writer = Thread.ofPlatform().name("request-log").daemon().start(this::write);
    }

    /** Limits the refused requests that are logged in one second. */
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
        if (closed || line.isRefused() && !refused.admits() || !offer(line)) {
            dropped.incrementAndGet();
        }
    }

    private boolean offer(RequestLine line) {
        int bytes = line.heldBytes();
        if (queuedBytes.addAndGet(bytes) <= QUEUE_BYTES && queue.offer(line)) {
            return true;
        }
        queuedBytes.addAndGet(-bytes);
        return false;
    }

    /** The number of lines dropped since the start. */
    public long dropped() {
        return dropped.get();
    }

    /** Estimate of the memory of the lines not yet written, in bytes. */
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
            // The process that reads the log may have stalled, so the wait is bounded.
            if (queue.offer(END, CLOSE_TIME_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                var _ = writer.join(CLOSE_TIME_LIMIT);
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
            // The failure of one line must not end the writer thread.
            dropped.incrementAndGet();
            guard.failed(e);
        } finally {
            queuedBytes.addAndGet(-line.heldBytes());
        }
    }
}
