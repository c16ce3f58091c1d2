package io.rangestream.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;

import java.time.Clock;
import java.time.Instant;

/**
 * The Date field for the current second (RFC 9110, section 6.6.1), formatted once a second by the
 * first request that needs it. Safe for many threads. It replaces Helidon's: Helidon 4.5.0 updates
 * Date in a timer that one error stops for good (not reported), and sends no Date over HTTP/2.
 */
public final class DateField {
    private static final long MILLIS = 1000;

    private final Clock clock;
    private volatile Stamp latest;

    private record Stamp(long second, Header field) {}

    public DateField(Clock clock) {
        this.clock = clock;
        this.latest = stamp(clock.millis() / MILLIS);
    }

    /** The field for a response that begins now. */
    public Header now() {
        long second = clock.millis() / MILLIS;
        Stamp stamp = latest;
        if (stamp.second() != second) {
            stamp = stamp(second);
            latest = stamp;
        }
        return stamp.field();
    }

    private static Stamp stamp(long second) {
        String text = HttpDates.format(Instant.ofEpochSecond(second));
        return new Stamp(second, HeaderValues.createCached(HeaderNames.DATE, text));
    }
}
