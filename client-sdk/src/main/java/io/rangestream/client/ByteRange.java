package io.rangestream.client;

import org.jspecify.annotations.Nullable;

import java.util.OptionalLong;

/**
 * A range of an object's bytes, as RFC 9110 section 14.1.2 defines it. Positions count from 0. A
 * range that extends past the object's end is cut off there; a range that begins past the end is
 * not satisfiable. Immutable.
 */
public final class ByteRange {
    private static final long TO_THE_END = -1;

    private final boolean suffix;

    /** The position of the first byte, or the number of bytes of a suffix. */
    private final long first;

    /** The position of the last byte, inclusive, or {@link #TO_THE_END}. */
    private final long last;

    private ByteRange(boolean suffix, long first, long last) {
        this.suffix = suffix;
        this.first = first;
        this.last = last;
    }

    /**
     * All bytes of the object.
     *
     * @return the same as {@code from(0)}
     */
    public static ByteRange whole() {
        return from(0);
    }

    /**
     * Bytes {@code firstPos} to {@code lastPos}, both inclusive.
     *
     * @param firstPos the position of the first byte, not negative
     * @param lastPos the position of the last byte, at least {@code firstPos}; may be past the
     *     object's end
     * @return the range
     * @throws IllegalArgumentException if {@code firstPos} is negative or greater than {@code
     *     lastPos}
     */
    public static ByteRange of(long firstPos, long lastPos) {
        requireNotNegative("first-pos", firstPos);
        if (lastPos < firstPos) {
            throw new IllegalArgumentException(
                    "last-pos " + lastPos + " is before first-pos " + firstPos);
        }
        return new ByteRange(false, firstPos, lastPos);
    }

    /**
     * {@code length} bytes from a position on.
     *
     * @param position the position of the first byte, not negative
     * @param length the number of bytes, at least 1; the range may extend past the object's end
     * @return the same as {@code of(position, position + length - 1)}
     * @throws IllegalArgumentException if {@code position} is negative or {@code length} is less
     *     than 1
     */
    public static ByteRange at(long position, long length) {
        requireNotNegative("position", position);
        if (length < 1) {
            throw new IllegalArgumentException("length is less than 1: " + length);
        }
        long lastPos =
                length - 1 > Long.MAX_VALUE - position ? Long.MAX_VALUE : position + length - 1;
        return new ByteRange(false, position, lastPos);
    }

    /**
     * Bytes {@code firstPos} to the object's last.
     *
     * @param firstPos the position of the first byte, not negative
     * @return the range
     * @throws IllegalArgumentException if {@code firstPos} is negative
     */
    public static ByteRange from(long firstPos) {
        requireNotNegative("first-pos", firstPos);
        return new ByteRange(false, firstPos, TO_THE_END);
    }

    /**
     * The last {@code suffixLength} bytes, or all bytes if the object has fewer.
     *
     * @param suffixLength the number of bytes, not negative; a suffix of 0 bytes is satisfiable
     *     only if the object is empty
     * @return the range
     * @throws IllegalArgumentException if {@code suffixLength} is negative
     */
    public static ByteRange suffix(long suffixLength) {
        requireNotNegative("suffix-length", suffixLength);
        return new ByteRange(true, suffixLength, TO_THE_END);
    }

    private static void requireNotNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " is negative: " + value);
        }
    }

    /** Whether this is a suffix, which has a length but no positions. */
    boolean isSuffix() {
        return suffix;
    }

    /** The number of bytes of a suffix. */
    long suffixLength() {
        return first;
    }

    /** The position of the first byte; not for a suffix. */
    long firstPos() {
        return first;
    }

    /** The position of the last byte, inclusive; empty if the range extends to the object's end. */
    OptionalLong lastPos() {
        return last == TO_THE_END ? OptionalLong.empty() : OptionalLong.of(last);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ByteRange that
                && suffix == that.suffix
                && first == that.first
                && last == that.last;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * (31 * first + last) + (suffix ? 1 : 0));
    }

    /** The range as RFC 9110 writes it: {@code 0-99}, {@code 100-} or {@code -100}. */
    @Override
    public String toString() {
        if (suffix) {
            return "-" + first;
        }
        return first + "-" + (last == TO_THE_END ? "" : last);
    }
}
