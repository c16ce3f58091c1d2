package io.rangestream.engine;

import java.util.Arrays;

/**
 * Which bytes of a block have been lent to a reader, so that those that never were can be counted.
 * Immutable.
 *
 * @param end no byte from here on was lent
 * @param gaps pairs of begin and end (exclusive), ascending: what was skipped before {@code end}
 * @param count how many bytes were lent
 */
// Compared by identity only.
@SuppressWarnings("ArrayRecordComponent")
record LentBytes(int end, int[] gaps, int count) {
    private static final int[] NO_GAPS = {};
    static final LentBytes NONE = new LentBytes(0, NO_GAPS, 0);

    /** A block with more gaps counts the bytes of the next ones as lent. */
    private static final int MAX_GAPS = 128;

    /** Whether all of these bytes were lent. */
    boolean has(int from, int to) {
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

    /** With these bytes too. */
    LentBytes with(int from, int to) {
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
