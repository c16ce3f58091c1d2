package io.rangestream.client.internal.download;

import io.rangestream.client.internal.wire.ResolvedRange;

/**
 * The parts of a download: all have the same length except the last. An empty object has one empty
 * part.
 *
 * @param completeLength the object's length in bytes, not negative
 * @param partBytes the length of a part in bytes, at least 1
 */
public record PartLayout(long completeLength, long partBytes) {
    /** The server's block size. A part that starts at a block boundary shares no block. */
    private static final long BLOCK_BYTES = 256 * 1024;

    /** Shorter parts would make more calls than they are worth. */
    private static final long SHORTEST_BYTES = 4 * BLOCK_BYTES;

    /** The length after which the server starts a long store read for a sequential reader. */
    private static final long LONGEST_BYTES = 16L * 1024 * 1024;

    /** Bounds the size of the state file, which is rewritten when a part is complete. */
    private static final long MOST_PARTS = 16 * 1024;

    public PartLayout {
        if (completeLength < 0 || partBytes < 1) {
            throw new IllegalArgumentException(completeLength + " bytes in parts of " + partBytes);
        }
        if (completeLength / partBytes > MOST_PARTS) {
            throw new IllegalArgumentException(
                    completeLength + " bytes in parts of only " + partBytes);
        }
    }

    /** The layout for a number of concurrent parts. */
    public static PartLayout of(long completeLength, int atOnce) {
        long share = Math.min(LONGEST_BYTES, Math.max(SHORTEST_BYTES, completeLength / atOnce));
        long least = Math.max(share, (completeLength - 1) / MOST_PARTS + 1);
        long blocks = (least - 1) / BLOCK_BYTES + 1;
        return new PartLayout(completeLength, blocks * BLOCK_BYTES);
    }

    public int count() {
        return completeLength == 0 ? 1 : (int) ((completeLength - 1) / partBytes) + 1;
    }

    ResolvedRange range(int part) {
        long firstPos = part * partBytes;
        return new ResolvedRange(firstPos, Math.min(partBytes, completeLength - firstPos));
    }
}
