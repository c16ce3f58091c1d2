package io.rangestream.requestlog;

import io.rangestream.fault.TaskGuard;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes request lines behind a bounded queue, so that no request waits for a terminal or a pipe. A
 * line that finds the queue full is dropped and counted. Safe for many threads; {@link #close}
 * writes what is queued.
 */
public final class RequestLog implements RequestSink, AutoCloseable {
    // Some seconds of a busy server; about 1 MiB at the most.
    private static final int QUEUE_LINES = 4096;
    private static final Duration LAST_LINES = Duration.ofSeconds(1);
    private static final RequestLogEnd END = new RequestLogEnd();

    private final BlockingQueue<Object> queue = new ArrayBlockingQueue<>(QUEUE_LINES);
    private final AtomicLong dropped = new AtomicLong();
    private final TaskGuard guard = new TaskGuard("the request log");
    private final PrintStream out;
    private final Thread writer;
    private volatile boolean closed;

    /** Tells the writer to end. */
    private record RequestLogEnd() {}

    /** Writes to {@code out}, which stays its owner's. */
    public RequestLog(PrintStream out) {
        this.out = out;
        this.writer = Thread.ofPlatform().name("request-log").daemon().start(this::write);
    }

    @Override
    public void accept(RequestLine line) {
        if (closed || !queue.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    /** How many lines were dropped since the start. */
    public long dropped() {
        return dropped.get();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            // Who reads the log may have stopped reading: the end does not wait for him.
            if (queue.offer(END, LAST_LINES.toMillis(), TimeUnit.MILLISECONDS)) {
                var _ = writer.join(LAST_LINES);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        List<Object> batch = new ArrayList<>();
        try {
            while (!batch.contains(END)) {
                batch.clear();
                batch.add(queue.take());
                queue.drainTo(batch);
                for (Object line : batch) {
                    if (line instanceof RequestLine requestLine) {
                        guard.run(() -> out.println(requestLine.toJson()));
                    }
                }
                guard.run(out::flush);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
