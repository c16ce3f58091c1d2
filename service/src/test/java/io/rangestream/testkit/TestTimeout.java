package io.rangestream.testkit;

import java.time.Duration;

/**
 * How long a test waits for a condition before it fails. Tests use one of these two durations, so
 * that one system property, {@code rangestream.test.timeout-factor} (default 1.0), adapts all waits
 * to a slow machine. A longer timeout delays only a test that fails.
 */
public final class TestTimeout {
    private static final double FACTOR =
            Double.parseDouble(System.getProperty("rangestream.test.timeout-factor", "1.0"));

    /** For a response, an event or a state of this process: 15 s. */
    public static final Duration SHORT = scaled(Duration.ofSeconds(15));

    /**
     * For an external program to start or to end: 3 minutes. The slowest downloads gibibytes on a
     * busy machine.
     */
    public static final Duration LONG = scaled(Duration.ofMinutes(3));

    private TestTimeout() {}

    private static Duration scaled(Duration duration) {
        return Duration.ofMillis((long) (duration.toMillis() * FACTOR));
    }
}
