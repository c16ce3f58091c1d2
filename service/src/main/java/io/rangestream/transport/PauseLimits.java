package io.rangestream.transport;

import java.time.Duration;

/**
 * How long a client may keep the server waiting. Each limit is positive.
 *
 * @param http the time for which an HTTP client may take no byte of a response
 * @param grpc the same for a gRPC client
 * @param arrival the time from the first byte of a request to its last
 */
public record PauseLimits(Duration http, Duration grpc, Duration arrival) {
    /** A request is one or two packets; ten seconds are for the slowest of networks. */
    public static final Duration DEFAULT_ARRIVAL = Duration.ofSeconds(10);

    /** One hour: a viewer may pause a film for a meal and then continue. */
    public static final PauseLimits DEFAULT =
            new PauseLimits(Duration.ofHours(1), Duration.ofHours(1));

    public PauseLimits {
        if (!http.isPositive() || !grpc.isPositive() || !arrival.isPositive()) {
            throw new IllegalArgumentException(
                    "limits must be positive: http "
                            + http
                            + ", grpc "
                            + grpc
                            + ", arrival "
                            + arrival);
        }
    }

    /** Creates limits with {@link #DEFAULT_ARRIVAL} for the arrival of a request. */
    public PauseLimits(Duration http, Duration grpc) {
        this(http, grpc, DEFAULT_ARRIVAL);
    }
}
