package io.rangestream.client.internal.wire;

import io.rangestream.client.ByteRange;

import java.util.Optional;

/**
 * The positions of a range in an object: {@code length} bytes from {@code firstPos} on. Only the
 * range of an empty object has no bytes.
 *
 * @param firstPos the position of the first byte, not negative
 * @param length the number of bytes, not negative
 */
public record ResolvedRange(long firstPos, long length) {
    public ResolvedRange {
        if (firstPos < 0 || length < 0 || firstPos + length < 0) {
            throw new IllegalArgumentException(length + " bytes from " + firstPos);
        }
    }

    /** From {@code firstPos} to {@code lastPos}, both inclusive. */
    public static ResolvedRange of(long firstPos, long lastPos) {
        return new ResolvedRange(firstPos, lastPos - firstPos + 1);
    }

    /** All bytes of an object, which may be empty. */
    public static ResolvedRange whole(long completeLength) {
        return new ResolvedRange(0, completeLength);
    }

    /**
     * Resolves a range and cuts it off at the object's end. All ranges of an empty object select
     * the whole object, as they do over HTTP.
     *
     * @return empty if the range is not satisfiable
     */
    public static Optional<ResolvedRange> of(ByteRange range, long completeLength) {
        if (completeLength == 0) {
            return Optional.of(whole(0));
        }
        long end = completeLength - 1;
        ApiAccess api = ApiAccess.get();
        if (api.isSuffix(range)) {
            long suffixLength = api.suffixLength(range);
            return suffixLength == 0
                    ? Optional.empty()
                    : Optional.of(of(Math.max(0, completeLength - suffixLength), end));
        }
        long firstPos = api.firstPos(range);
        return firstPos > end
                ? Optional.empty()
                : Optional.of(of(firstPos, Math.min(api.lastPos(range).orElse(end), end)));
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** The position of the last byte, inclusive; not for an empty range. */
    public long lastPos() {
        return firstPos + length - 1;
    }
}
