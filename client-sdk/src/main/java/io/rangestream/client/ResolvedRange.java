package io.rangestream.client;

import java.util.Optional;

/**
 * The positions of a range in an object: {@code length} bytes from {@code firstPos} on. Only the
 * range of an empty object has no bytes.
 *
 * @param firstPos the position of the first byte, not negative
 * @param length the number of bytes, not negative
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

    /** All bytes of an object, which may be empty. */
    static ResolvedRange whole(long completeLength) {
        return new ResolvedRange(0, completeLength);
    }

    /**
     * Resolves a range and cuts it off at the object's end. All ranges of an empty object select
     * the whole object, as they do over HTTP.
     *
     * @return empty if the range is not satisfiable
     */
    static Optional<ResolvedRange> of(ByteRange range, long completeLength) {
        if (completeLength == 0) {
            return Optional.of(whole(0));
        }
        long end = completeLength - 1;
        if (range.isSuffix()) {
            return range.suffixLength() == 0
                    ? Optional.empty()
                    : Optional.of(of(Math.max(0, completeLength - range.suffixLength()), end));
        }
        return range.firstPos() > end
                ? Optional.empty()
                : Optional.of(of(range.firstPos(), Math.min(range.lastPos().orElse(end), end)));
    }

    boolean isEmpty() {
        return length == 0;
    }

    /** The position of the last byte, inclusive; not for an empty range. */
    long lastPos() {
        return firstPos + length - 1;
    }
}
