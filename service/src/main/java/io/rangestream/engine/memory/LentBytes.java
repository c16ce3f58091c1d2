package io.rangestream.engine.memory;

import java.util.Arrays;

/**
 * The set of bytes of one block that were lent to any reader so far. A block keeps it to count
 * fetched bytes that no reader used. Immutable.
 *
 * @param end the end of the last lent byte, exclusive
 * @param gaps the bytes before {@code end} that were not lent, as ascending pairs of begin and end
 *     (exclusive)
 * @param count the number of lent bytes
 */
// Compared by identity only.
@SuppressWarnings("ArrayRecordComponent")
public record LentBytes(int end, int[] gaps, int count) {
    private static final int[] NO_GAPS = {};
    public static final LentBytes NONE = new LentBytes(0, NO_GAPS, 0);

    /** Further gaps are not kept; their bytes count as lent. */
    private static final int MAX_GAPS = 128;

    /** Whether all bytes of a range were lent. */
    public boolean has(int from, int to) {
        if (to > end) {
            return false;
        }
        for (int i = 0; i < gaps.length; i += 2) {
            if (gaps[i] < to && gaps[i + 1] > from) {
                return false;
            }
        }
        return true;
    }

    /** The union of this set and a range. */
    public LentBytes with(int from, int to) {
        int[] left = new int[gaps.length + 4];
        int length = 0;
        for (int i = 0; i < gaps.length; i += 2) {
            int begin = gaps[i];
            int gapEnd = gaps[i + 1];
            if (begin < Math.min(gapEnd, from)) {
                left[length++] = begin;
                left[length++] = Math.min(gapEnd, from);
            }
            if (Math.max(begin, to) < gapEnd) {
                left[length++] = Math.max(begin, to);
                left[length++] = gapEnd;
            }
        }
        if (from > end) {
            left[length++] = end;
            left[length++] = from;
        }
        length = Math.min(length, 2 * MAX_GAPS);
        int[] now = length == 0 ? NO_GAPS : Arrays.copyOf(left, length);
        int newEnd = Math.max(end, to);
        int missing = 0;
        for (int i = 0; i < now.length; i += 2) {
            missing += now[i + 1] - now[i];
        }
        return new LentBytes(newEnd, now, newEnd - missing);
    }
}
