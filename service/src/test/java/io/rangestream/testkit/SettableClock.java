package io.rangestream.testkit;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that shows a fixed time until it is set. Safe for many threads. */
public final class SettableClock extends Clock {
    private volatile Instant now;

    /** Shows {@code now}. */
    public SettableClock(Instant now) {
        this.now = now;
    }

    /** Shows {@code instant} from now on. */
    public void set(Instant instant) {
        now = instant;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.fixed(now, zone);
    }
}
