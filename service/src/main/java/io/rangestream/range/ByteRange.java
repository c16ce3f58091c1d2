package io.rangestream.range;

/** Bytes {@code firstPos} to {@code lastPos} of an object, both inclusive, so never empty. */
public record ByteRange(long firstPos, long lastPos) {
    public ByteRange {
        if (firstPos < 0 || lastPos < firstPos || lastPos == Long.MAX_VALUE) {
            throw new IllegalArgumentException("not a byte range: " + firstPos + "-" + lastPos);
        }
    }

    /** All bytes of an object that is not empty. */
    public static ByteRange whole(long completeLength) {
        return new ByteRange(0, completeLength - 1);
    }

    /** How many bytes, at least one. */
    public long length() {
        return lastPos - firstPos + 1;
    }

    /** Whether every byte of {@code other} is in this range. */
    public boolean contains(ByteRange other) {
        return firstPos <= other.firstPos && other.lastPos <= lastPos;
    }

    @Override
    public String toString() {
        return firstPos + "-" + lastPos;
    }
}
