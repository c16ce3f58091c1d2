package io.rangestream.transport;

import java.time.Duration;

/**
 * How long a peer may be silent where it has the word, each longer than nothing.
 *
 * @param http how long a reader may take nothing before it is ended, over HTTP
 * @param grpc the same over gRPC
 * @param arrival how long a request may be on its way, from its first byte to its last
 */
public record PauseLimits(Duration http, Duration grpc, Duration arrival) {
    /** A request is a packet or two; this is for the worst of networks. */
    public static final Duration DEFAULT_ARRIVAL = Duration.ofSeconds(10);

    /** An hour: a viewer who has gone to eat comes back to his film. */
    public static final PauseLimits DEFAULT =
            new PauseLimits(Duration.ofHours(1), Duration.ofHours(1));

    public PauseLimits {
        if (!http.isPositive() || !grpc.isPositive() || !arrival.isPositive()) {
            throw new IllegalArgumentException(
                    "not a time to wait: " + http + ", " + grpc + ", " + arrival);
        }
    }

    /** With requests that may take as long as they usually may. */
    public PauseLimits(Duration http, Duration grpc) {
        this(http, grpc, DEFAULT_ARRIVAL);
    }
}
