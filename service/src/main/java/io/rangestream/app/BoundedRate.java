package io.rangestream.app;

import io.rangestream.fault.FatalErrors;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Lets so many log records pass in a second: what a client can provoke again and again must not
 * fill the disk that standard error goes to. Records of libraries and records of this program are
 * counted apart, so that a flood of the former, which a client may cause, hides no warning of ours.
 * The first record after a pause says how many were left out. An error that ends the process does
 * so also where it is only logged. Named in {@code logging.properties}; safe for many threads.
 */
public final class BoundedRate implements Filter {
    static final int MAX_PER_SECOND = 20;

    /** Ours are bounded where they are logged; a hundred buckets may fail in one second. */
    static final int MAX_OWN_PER_SECOND = 200;

    private static final String OWN_LOGGERS = "io.rangestream.";
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Second libraries;
    private final Second own;

    /** By the system's clock, as the log manager makes it. */
    public BoundedRate() {
        this(System::nanoTime);
    }

    BoundedRate(LongSupplier nanoTime) {
        this.libraries = new Second(MAX_PER_SECOND, nanoTime);
        this.own = new Second(MAX_OWN_PER_SECOND, nanoTime);
    }

    @Override
    public boolean isLoggable(LogRecord record) {
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            // Helidon logs an error in its own reading of a head, and shows it to no code of ours.
            FatalErrors.check(thrown);
        }
        String logger = record.getLoggerName();
        return (logger != null && logger.startsWith(OWN_LOGGERS) ? own : libraries).admits(record);
    }

    /** The records of the present second. */
    private static final class Second {
        private final int max;
        private final LongSupplier nanoTime;
        private long beganNanos;
        private int admitted;
        private long leftOut;

        Second(int max, LongSupplier nanoTime) {
            this.max = max;
            this.nanoTime = nanoTime;
            this.beganNanos = nanoTime.getAsLong();
        }

        synchronized boolean admits(LogRecord record) {
            long now = nanoTime.getAsLong();
            if (now - beganNanos >= SECOND_NANOS) {
                beganNanos = now;
                admitted = 0;
                if (leftOut > 0) {
                    // Formatted by the handler after this.
                    record.setMessage(
                            record.getMessage() + " (" + leftOut + " log lines left out)");
                    leftOut = 0;
                }
            }
            if (admitted == max) {
                leftOut++;
                return false;
            }
            admitted++;
            return true;
        }
    }
}
