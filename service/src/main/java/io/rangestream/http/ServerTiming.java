package io.rangestream.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.rangestream.stream.PlannedRead.Timing;

import java.time.Duration;

/** The Server-Timing field: how long the read waited for the store, and how long planning took. */
public final class ServerTiming {
    public static final HeaderName NAME = HeaderNames.create("Server-Timing");

    private static final long MICROS_PER_MILLI = 1000;

    private ServerTiming() {}

    public static String of(Timing timing) {
        return "store;dur=" + millis(timing.store()) + ", plan;dur=" + millis(timing.plan());
    }

    /** In milliseconds with three decimals, the unit of the field. */
    private static String millis(Duration duration) {
        long micros = duration.toNanos() / MICROS_PER_MILLI;
        String fraction = Long.toString(MICROS_PER_MILLI + micros % MICROS_PER_MILLI);
        return micros / MICROS_PER_MILLI + "." + fraction.substring(1);
    }
}
