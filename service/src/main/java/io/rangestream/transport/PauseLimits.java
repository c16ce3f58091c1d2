package io.rangestream.transport;

import java.time.Duration;

/** How long a reader may take nothing before it is ended, by face; each longer than nothing. */
public record PauseLimits(Duration http, Duration grpc) {
    /** An hour: a viewer who has gone to eat comes back to his film. */
    public static final PauseLimits DEFAULT =
            new PauseLimits(Duration.ofHours(1), Duration.ofHours(1));

    public PauseLimits {
        if (!http.isPositive() || !grpc.isPositive()) {
            throw new IllegalArgumentException("not a time to wait: " + http + ", " + grpc);
        }
    }
}
