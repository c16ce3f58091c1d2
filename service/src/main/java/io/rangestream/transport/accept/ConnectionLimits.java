package io.rangestream.transport.accept;

/**
 * How many connections there may be at once.
 *
 * @param total of all clients
 * @param perAddress of one IPv4 address, or of one IPv6 network of 64 bits
 */
public record ConnectionLimits(int total, int perAddress) {
    /** More paused viewers than are promised for a heap of 512 MiB, twice over. */
    public static final int MOST_BY_DEFAULT = 20_000;

    /**
     * Streams of one HTTP/2 connection, as SETTINGS_MAX_CONCURRENT_STREAMS has it: more than
     * browsers open at once, and gRPC clients wait where they have more calls.
     */
    public static final int STREAMS = 256;

    /**
     * Streams of one HTTP/2 connection beyond which another is refused: one whose last frame is
     * written is still handled for a moment, in which the client may begin the next.
     */
    public static final int MOST_HANDLED_STREAMS = 2 * STREAMS;

    // For files, connections to stores and what the JVM itself opens.
    private static final long OTHER_DESCRIPTORS = 512;

    public ConnectionLimits {
        if (total < 1 || perAddress < 1) {
            throw new IllegalArgumentException(
                    "limits below 1: " + total + " in total, " + perAddress + " per address");
        }
    }

    /**
     * What is usual where a process may open that many files: half of them at the least, three
     * quarters where that leaves enough for all else.
     */
    public static ConnectionLimits forDescriptors(long descriptors) {
        long most =
                Math.max(
                        descriptors / 2,
                        Math.min(descriptors / 4 * 3, descriptors - OTHER_DESCRIPTORS));
        return ofTotal(Math.clamp(most, 1, MOST_BY_DEFAULT));
    }

    /** With three quarters for one address: it may be that of a proxy, or of a whole office. */
    public static ConnectionLimits ofTotal(int total) {
        return new ConnectionLimits(total, perAddress(total));
    }

    /** How many of a total one address may have by default. */
    public static int perAddress(int total) {
        return Math.max(1, total - total / 4);
    }
}
