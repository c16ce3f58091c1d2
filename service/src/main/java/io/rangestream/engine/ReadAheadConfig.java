package io.rangestream.engine;

/**
 * How far a reader's fetches reach, in bytes.
 *
 * @param firstFetchBytes what is fetched for a reader of whom nothing is known: most seeks want no
 *     more, and what is fetched for nothing costs the store and us
 * @param longestFetchBytes the longest of the doubling fetches; who has read that much in sequence
 *     gets one long GET to the end, which costs half the CPU of many
 * @param leastAheadBytes how far a fetch runs ahead of its furthest reader at first: the time of a
 *     hiccup, and all that is fetched for nothing where he leaves
 * @param mostAheadBytes how far ahead it runs at the most
 */
public record ReadAheadConfig(
        long firstFetchBytes, long longestFetchBytes, long leastAheadBytes, long mostAheadBytes) {

    /** Why so much is said at each of the components. */
    public static final ReadAheadConfig DEFAULT =
            new ReadAheadConfig(256 * 1024, 16 * 1024 * 1024, 128 * 1024, 8 * 1024 * 1024);

    public ReadAheadConfig {
        if (firstFetchBytes < 1
                || longestFetchBytes < firstFetchBytes
                || leastAheadBytes < 1
                || mostAheadBytes < leastAheadBytes) {
            throw new IllegalArgumentException(
                    "not a read-ahead: "
                            + firstFetchBytes
                            + " to "
                            + longestFetchBytes
                            + ", ahead "
                            + leastAheadBytes
                            + " to "
                            + mostAheadBytes);
        }
    }
}
