package io.rangestream.app;

import io.rangestream.fault.FatalErrors;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * A log filter that bounds the number of records per second, so that a client that provokes
 * warnings can't fill the disk of standard error. Named in {@code logging.properties}; the log
 * manager creates it. Safe for use by several threads.
 *
 * <p>Records of libraries and of rangestream are counted separately, so that a flood of library
 * records, which a client may cause, hides no warning of rangestream. The first record of the next
 * second tells how many were left out. A record with a fatal error ends the process, because
 * Helidon only logs some of them.
 */
public final class BoundedRate implements Filter {
    static final int MAX_PER_SECOND = 20;

    /** For loggers of rangestream, which limit repeated warnings; 100 buckets may fail at once. */
    static final int MAX_OWN_PER_SECOND = 200;

    private static final String OWN_LOGGERS = "io.rangestream.";
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Second libraries;
    private final Second own;

    /** Called by the log manager. */
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
            // Helidon logs an error in its parsing of a request head, and passes it to no other
            // code.
            FatalErrors.check(thrown);
        }
        String logger = record.getLoggerName();
        return (logger != null && logger.startsWith(OWN_LOGGERS) ? own : libraries).admits(record);
    }

    /** Counts the records of the current second. */
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
                    // The handler formats the record after the filter.
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
