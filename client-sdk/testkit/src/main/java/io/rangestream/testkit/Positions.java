package io.rangestream.testkit;

import io.rangestream.v1.IntRange;

/**
 * The positions of a range in an object.
 *
 * @param firstPos the position of the first byte
 * @param end the position after the last byte; 0 for an empty object
 */
record Positions(long firstPos, long end) {
    Positions {
        if (firstPos < 0 || end < firstPos) {
            throw new IllegalArgumentException("positions " + firstPos + " to " + end);
        }
    }

    static Positions whole(long completeLength) {
        return new Positions(0, completeLength);
    }

    static Positions of(IntRange range, long completeLength) {
        if (range.getFirstPos() < 0) {
            throw CallFailure.invalid("int_range.first_pos", "is negative");
        }
        if (range.hasLastPos() && range.getLastPos() < 0) {
            throw CallFailure.invalid("int_range.last_pos", "is negative");
        }
        if (range.hasLastPos() && range.getLastPos() < range.getFirstPos()) {
            throw CallFailure.invalid("int_range.last_pos", "is before first_pos");
        }
        if (completeLength == 0) {
            return whole(0);
        }
        if (range.getFirstPos() >= completeLength) {
            throw CallFailure.notSatisfiable(completeLength);
        }
        long lastPos = range.hasLastPos() ? range.getLastPos() : completeLength - 1;
        return new Positions(range.getFirstPos(), Math.min(lastPos, completeLength - 1) + 1);
    }

    static Positions ofSuffix(long suffixLength, long completeLength) {
        if (suffixLength < 0) {
            throw CallFailure.invalid("suffix_range.suffix_length", "is negative");
        }
        if (suffixLength == 0 && completeLength > 0) {
            throw CallFailure.notSatisfiable(completeLength);
        }
        return new Positions(Math.max(0, completeLength - suffixLength), completeLength);
    }

    boolean isEmpty() {
        return firstPos == end;
    }

    long lastPos() {
        return end - 1;
    }
}
