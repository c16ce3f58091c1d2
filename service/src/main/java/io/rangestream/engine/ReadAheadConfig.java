package io.rangestream.engine;

/**
 * The read-ahead settings, all in bytes.
 *
 * @param firstFetchBytes the length of a reader's first fetch after it opens or seeks; most seeks
 *     need no more, and unused bytes cost the store and this server
 * @param longestFetchBytes the longest of the fetches of doubling length; a reader that has read
 *     this much in sequence gets one GET to the end of its range, which costs half the CPU of many
 * @param leastAheadBytes the read-ahead window at first: covers a short stall, and bounds the bytes
 *     that are fetched for nothing if the client leaves
 * @param mostAheadBytes the largest read-ahead window
 */
public record ReadAheadConfig(
        long firstFetchBytes, long longestFetchBytes, long leastAheadBytes, long mostAheadBytes) {

    /** The defaults; the component descriptions give the reasons. */
    public static final ReadAheadConfig DEFAULT =
            new ReadAheadConfig(256 * 1024, 16 * 1024 * 1024, 128 * 1024, 8 * 1024 * 1024);

    public ReadAheadConfig {
        if (firstFetchBytes < 1
                || longestFetchBytes < firstFetchBytes
                || leastAheadBytes < 1
                || mostAheadBytes < leastAheadBytes) {
            throw new IllegalArgumentException(
                    "invalid read-ahead: fetches of "
                            + firstFetchBytes
                            + " to "
                            + longestFetchBytes
                            + " bytes, windows of "
                            + leastAheadBytes
                            + " to "
                            + mostAheadBytes
                            + " bytes");
        }
    }
}
