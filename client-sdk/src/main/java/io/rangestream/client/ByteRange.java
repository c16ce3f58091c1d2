package io.rangestream.client;

import java.util.OptionalLong;

/**
 * Which bytes of an object are wanted (RFC 9110, section 14.1.2). Positions count from 0 and are
 * inclusive. What lies past the object's end is cut off there; a range that begins there is not
 * satisfiable.
 */
public sealed interface ByteRange {

    /**
     * All bytes of the object.
     *
     * @return the same as {@code from(0)}
     */
    static ByteRange whole() {
        return from(0);
    }

    /**
     * Bytes {@code firstPos} to {@code lastPos}, both inclusive.
     *
     * @param firstPos the position of the first byte, not negative
     * @param lastPos the position of the last byte, not before {@code firstPos}; may be past the
     *     object's end
     * @return the range
     * @throws IllegalArgumentException where {@code firstPos} is negative or past {@code lastPos}
     */
    static ByteRange of(long firstPos, long lastPos) {
        return new IntRange(firstPos, OptionalLong.of(lastPos));
    }

    /**
     * Bytes {@code firstPos} to the object's last.
     *
     * @param firstPos the position of the first byte, not negative
     * @return the range
     * @throws IllegalArgumentException where {@code firstPos} is negative
     */
    static ByteRange from(long firstPos) {
        return new IntRange(firstPos, OptionalLong.empty());
    }

    /**
     * The last {@code suffixLength} bytes, or all of them where there are fewer.
     *
     * @param suffixLength how many bytes, not negative; 0 of an object that is not empty is not
     *     satisfiable
     * @return the range
     * @throws IllegalArgumentException where {@code suffixLength} is negative
     */
    static ByteRange suffix(long suffixLength) {
        return new SuffixRange(suffixLength);
    }

    /**
     * A range given by its positions.
     *
     * @param firstPos the position of the first byte
     * @param lastPos the position of the last byte, inclusive; empty for the object's last
     */
    record IntRange(long firstPos, OptionalLong lastPos) implements ByteRange {
        /** Checks the positions. */
        public IntRange {
            if (firstPos < 0) {
                throw new IllegalArgumentException("first-pos is negative: " + firstPos);
            }
            if (lastPos.isPresent() && lastPos.getAsLong() < firstPos) {
                throw new IllegalArgumentException(
                        "last-pos " + lastPos.getAsLong() + " is before first-pos " + firstPos);
            }
        }

        @Override
        public String toString() {
            return firstPos + "-" + (lastPos.isPresent() ? lastPos.getAsLong() : "");
        }
    }

    /**
     * A range at the end of the object.
     *
     * @param suffixLength how many bytes; 0 of an object that is not empty is not satisfiable
     */
    record SuffixRange(long suffixLength) implements ByteRange {
        /** Checks the length. */
        public SuffixRange {
            if (suffixLength < 0) {
                throw new IllegalArgumentException("suffix-length is negative: " + suffixLength);
            }
        }

        @Override
        public String toString() {
            return "-" + suffixLength;
        }
    }
}
