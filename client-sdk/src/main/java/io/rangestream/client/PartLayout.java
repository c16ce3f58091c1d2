package io.rangestream.client;

/**
 * How an object is cut into parts, all of the same length but the last. An empty object is one part
 * without bytes.
 *
 * @param completeLength of the object, in bytes
 * @param partBytes the length of a part
 */
record PartLayout(long completeLength, long partBytes) {
    /** The server's blocks are that large: a part that begins with one costs it no cut. */
    private static final long BLOCK_BYTES = 256 * 1024;

    /** Less is not worth a call. */
    private static final long SHORTEST_BYTES = 4 * BLOCK_BYTES;

    /** As much as the server wants to see read before it gives a long store read to a reader. */
    private static final long LONGEST_BYTES = 16L * 1024 * 1024;

    /** The state of all parts is written whenever one is complete. */
    private static final long MOST_PARTS = 16 * 1024;

    PartLayout {
        if (completeLength < 0 || partBytes < 1) {
            throw new IllegalArgumentException(completeLength + " bytes in parts of " + partBytes);
        }
        if (completeLength / partBytes > MOST_PARTS) {
            throw new IllegalArgumentException(
                    completeLength + " bytes in parts of only " + partBytes);
        }
    }

    /** For so many parts at once. */
    static PartLayout of(long completeLength, int atOnce) {
        long share = Math.min(LONGEST_BYTES, Math.max(SHORTEST_BYTES, completeLength / atOnce));
        long least = Math.max(share, (completeLength - 1) / MOST_PARTS + 1);
        long blocks = (least - 1) / BLOCK_BYTES + 1;
        return new PartLayout(completeLength, blocks * BLOCK_BYTES);
    }

    int count() {
        return completeLength == 0 ? 1 : (int) ((completeLength - 1) / partBytes) + 1;
    }

    ResolvedRange range(int part) {
        long firstPos = part * partBytes;
        return new ResolvedRange(firstPos, Math.min(partBytes, completeLength - firstPos));
    }
}
