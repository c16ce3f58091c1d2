package io.rangestream.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;

import java.time.Clock;
import java.time.Instant;

/**
 * The Date field of the present second (RFC 9110, section 6.6.1). Helidon 4.5.0 has it from a timer
 * whose thread one error ends, after which it stands still (not reported), and over HTTP/2 does not
 * send it. Made once a second by whichever request comes first. Safe for many threads.
 */
final class DateField {
    private static final long MILLIS = 1000;

    private final Clock clock;
    private volatile Stamp latest;

    private record Stamp(long second, Header field) {}

    DateField(Clock clock) {
        this.clock = clock;
        this.latest = stamp(clock.millis() / MILLIS);
    }

    /** For a response that begins now. */
    Header now() {
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
