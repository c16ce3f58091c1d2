package io.rangestream.app;

import io.rangestream.fault.FatalErrors;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Lets so many log records pass in a second: what a client can provoke again and again must not
 * fill the disk that standard error goes to. The first record after a pause says how many were left
 * out. An error that ends the process does so also where it is only logged. Named in {@code
 * logging.properties}; safe for many threads.
 */
public final class BoundedRate implements Filter {
    static final int MAX_PER_SECOND = 20;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoTime;
    private long secondBeganNanos;
    private int inThisSecond;
    private long leftOut;

    /** By the system's clock, as the log manager makes it. */
    public BoundedRate() {
        this(System::nanoTime);
    }

    BoundedRate(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.secondBeganNanos = nanoTime.getAsLong();
    }

    @Override
    public boolean isLoggable(LogRecord record) {
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            // Helidon logs an error in its own reading of a head, and shows it to no code of ours.
            FatalErrors.check(thrown);
        }
        return isWithinRate(record);
    }

    private synchronized boolean isWithinRate(LogRecord record) {
        long now = nanoTime.getAsLong();
        if (now - secondBeganNanos >= SECOND_NANOS) {
            secondBeganNanos = now;
            inThisSecond = 0;
            if (leftOut > 0) {
                // Formatted by the handler after this.
                record.setMessage(record.getMessage() + " (" + leftOut + " log lines left out)");
                leftOut = 0;
            }
        }
        if (inThisSecond == MAX_PER_SECOND) {
            leftOut++;
            return false;
        }
        inThisSecond++;
        return true;
    }
}
