package io.rangestream.range;

/**
 * A resolved range: bytes {@code firstPos} to {@code lastPos} of an object, both inclusive. Never
 * empty.
 *
 * @param firstPos position of the first byte, at least 0
 * @param lastPos position of the last byte, at least {@code firstPos}, less than {@link
 *     Long#MAX_VALUE}
 */
public record ResolvedRange(long firstPos, long lastPos) {
    public ResolvedRange {
        if (firstPos < 0 || lastPos < firstPos || lastPos == Long.MAX_VALUE) {
            throw new IllegalArgumentException("invalid byte range: " + firstPos + "-" + lastPos);
        }
    }

    /**
     * All bytes of an object.
     *
     * @param completeLength length of the object in bytes, at least 1
     */
    public static ResolvedRange whole(long completeLength) {
        return new ResolvedRange(0, completeLength - 1);
    }

    /** Length in bytes, at least 1. */
    public long length() {
        return lastPos - firstPos + 1;
    }

    /** Whether every byte of {@code other} is in this range. */
    public boolean contains(ResolvedRange other) {
        return firstPos <= other.firstPos && other.lastPos <= lastPos;
    }

    @Override
    public String toString() {
        return firstPos + "-" + lastPos;
    }
}
