package io.rangestream.client;

import java.util.Optional;

/**
 * The bytes that one server stream must bring: {@code length} of them from {@code firstPos}. The
 * only one without bytes is that of an empty object.
 */
record ResolvedRange(long firstPos, long length) {
    ResolvedRange {
        if (firstPos < 0 || length < 0 || firstPos + length < 0) {
            throw new IllegalArgumentException(length + " bytes from " + firstPos);
        }
    }

    /** From {@code firstPos} to {@code lastPos}, both inclusive. */
    static ResolvedRange of(long firstPos, long lastPos) {
        return new ResolvedRange(firstPos, lastPos - firstPos + 1);
    }

    /** All bytes of an object, which may be none. */
    static ResolvedRange whole(long completeLength) {
        return new ResolvedRange(0, completeLength);
    }

    /**
     * What {@code range} selects of an object, cut off at its end; empty where it is not
     * satisfiable. Of an empty object every range selects the whole, as it does over HTTP.
     */
    static Optional<ResolvedRange> of(ByteRange range, long completeLength) {
        if (completeLength == 0) {
            return Optional.of(whole(0));
        }
        long end = completeLength - 1;
        if (range instanceof ByteRange.IntRange asked) {
            return asked.firstPos() > end
                    ? Optional.empty()
                    : Optional.of(of(asked.firstPos(), Math.min(asked.lastPos().orElse(end), end)));
        }
        long suffixLength = ((ByteRange.SuffixRange) range).suffixLength();
        return suffixLength == 0
                ? Optional.empty()
                : Optional.of(of(Math.max(0, completeLength - suffixLength), end));
    }

    boolean isEmpty() {
        return length == 0;
    }

    /** The position of the last byte, inclusive. Of no bytes there is none. */
    long lastPos() {
        return firstPos + length - 1;
    }
}
