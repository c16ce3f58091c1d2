package io.rangestream.engine.gate;

import java.time.Duration;

/** Stub. */
public record StoreLimits(int maxRequests, Duration longestWait) {
    public static final StoreLimits DEFAULT = new StoreLimits(64, Duration.ofSeconds(5));
}
