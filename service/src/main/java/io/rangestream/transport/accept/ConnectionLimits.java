package io.rangestream.transport.accept;

/**
 * The limits of open connections, and of streams of one connection. Both limits are at least 1.
 *
 * @param total connections of all clients together
 * @param perAddress connections of one IPv4 address, or of one IPv6 network of 64 bits
 */
public record ConnectionLimits(int total, int perAddress) {
    /** Twice the number of paused readers that a heap of 512 MiB is promised to carry. */
    public static final int MAX_DEFAULT_TOTAL = 20_000;

    /**
     * SETTINGS_MAX_CONCURRENT_STREAMS: more than browsers open at once; gRPC clients queue their
     * calls above it.
     */
    public static final int STREAMS = 256;

    /**
     * The number of handled streams of one HTTP/2 connection at which a new one is refused. It is
     * above {@link #STREAMS}, because a stream is still handled for a moment after its last frame,
     * when the client may already open the next.
     */
    public static final int MAX_HANDLED_STREAMS = 2 * STREAMS;

    // For files, connections to stores and what the JVM itself opens.
    private static final long OTHER_DESCRIPTORS = 512;

    public ConnectionLimits {
        if (total < 1 || perAddress < 1) {
            throw new IllegalArgumentException(
                    "connection limits must be at least 1: "
                            + total
                            + " in total, "
                            + perAddress
                            + " per address");
        }
    }

    /**
     * Returns the default limits of a process that may open this many files: three quarters of them
     * if that leaves enough for all other files, but at least half.
     */
    public static ConnectionLimits forDescriptors(long descriptors) {
        long most =
                Math.max(
                        descriptors / 2,
                        Math.min(descriptors / 4 * 3, descriptors - OTHER_DESCRIPTORS));
        return ofTotal(Math.clamp(most, 1, MAX_DEFAULT_TOTAL));
    }

    /**
     * Returns limits with three quarters for one address, which may be a proxy's or an office's.
     */
    public static ConnectionLimits ofTotal(int total) {
        return new ConnectionLimits(total, perAddress(total));
    }

    /** Returns the default limit of one address, of {@code total}. */
    public static int perAddress(int total) {
        return Math.max(1, total - total / 4);
    }
}
