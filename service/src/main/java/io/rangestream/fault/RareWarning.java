package io.rangestream.fault;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Logs a warning at most once a minute, on one line of bounded length, so that a recurring failure
 * does not fill the log. The next line has the number of suppressed warnings. Safe for many
 * threads.
 */
public final class RareWarning {
    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);
    // Enough to locate the failure in the code, on one line.
    private static final int MAX_FRAMES = 12;
    private static final int MAX_MESSAGE_CHARACTERS = 300;

    private final System.Logger logger;
    private final LongSupplier nanoTime;
    private final AtomicLong notBeforeNanos;
    private final AtomicLong suppressed = new AtomicLong();

    /** A warning that is logged to {@code logger}. */
    public RareWarning(System.Logger logger) {
        this(logger, System::nanoTime);
    }

    RareWarning(System.Logger logger, LongSupplier nanoTime) {
        this.logger = logger;
        this.nanoTime = nanoTime;
        this.notBeforeNanos = new AtomicLong(nanoTime.getAsLong());
    }

    /** Logs {@code text}, unless a warning was logged within the last minute. */
    public void log(String text) {
        log(text, null);
    }

    /** As {@link #log(String)}, with the text of the error and the first frames of its stack. */
    public void log(String text, @Nullable Throwable cause) {
        long now = nanoTime.getAsLong();
        long notBefore = notBeforeNanos.get();
        if (now - notBefore < 0 || !notBeforeNanos.compareAndSet(notBefore, now + INTERVAL_NANOS)) {
            suppressed.incrementAndGet();
            return;
        }
        StringBuilder line = new StringBuilder(text);
        if (cause != null) {
            line.append(": ").append(describe(cause));
        }
        long count = suppressed.getAndSet(0);
        if (count > 0) {
            line.append(" (").append(count).append(" more since the last such warning)");
        }
        String warning = line.toString();
        logger.log(System.Logger.Level.WARNING, () -> warning);
    }

    private static String describe(Throwable cause) {
        String message = oneLine(String.valueOf(cause));
        StringBuilder text =
                new StringBuilder(
                        message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARACTERS)));
        StackTraceElement[] frames = cause.getStackTrace();
        for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
            text.append(i == 0 ? " at " : " < ").append(frames[i]);
        }
        return text.toString();
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ').replace('\r', ' ');
    }
}
