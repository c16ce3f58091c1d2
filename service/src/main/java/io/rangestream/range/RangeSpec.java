package io.rangestream.range;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A requested range, before the length of the object is known (RFC 9110, section 14.1.2).
 *
 * <p>Positions and lengths too large for a {@code long} are represented by {@link Long#MAX_VALUE},
 * which is past the end of every object.
 */
public sealed interface RangeSpec {

    /**
     * The range of a representation that this selects, clamped to its end; empty if unsatisfiable.
     *
     * @param completeLength length of the representation in bytes, at least 0
     */
    Optional<ResolvedRange> resolve(long completeLength);

    /** From {@code firstPos} to the end of the representation. */
    static IntRange from(long firstPos) {
        return new IntRange(firstPos, OptionalLong.empty());
    }

    /** From {@code firstPos} to {@code lastPos}, both inclusive. */
    static IntRange of(long firstPos, long lastPos) {
        return new IntRange(firstPos, OptionalLong.of(lastPos));
    }

    /** The last {@code suffixLength} bytes. */
    static SuffixRange suffix(long suffixLength) {
        return new SuffixRange(suffixLength);
    }

    /**
     * From {@code firstPos} to {@code lastPos}, both inclusive, or to the end.
     *
     * @param firstPos position of the first byte, at least 0
     * @param lastPos position of the last byte, at least {@code firstPos}; empty for the end
     */
    record IntRange(long firstPos, OptionalLong lastPos) implements RangeSpec {
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
        public Optional<ResolvedRange> resolve(long completeLength) {
            if (firstPos >= completeLength) {
                return Optional.empty();
            }
            long end = completeLength - 1;
            return Optional.of(new ResolvedRange(firstPos, Math.min(lastPos.orElse(end), end)));
        }
    }

    /**
     * The last bytes; all of a shorter representation.
     *
     * @param suffixLength number of bytes, at least 0; 0 is unsatisfiable
     */
    record SuffixRange(long suffixLength) implements RangeSpec {
        public SuffixRange {
            if (suffixLength < 0) {
                throw new IllegalArgumentException("suffix-length is negative: " + suffixLength);
            }
        }

        @Override
        public Optional<ResolvedRange> resolve(long completeLength) {
            if (suffixLength == 0 || completeLength == 0) {
                return Optional.empty();
            }
            return Optional.of(
                    new ResolvedRange(
                            Math.max(0, completeLength - suffixLength), completeLength - 1));
        }
    }
}
