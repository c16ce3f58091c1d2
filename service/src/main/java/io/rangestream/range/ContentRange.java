package io.rangestream.range;

import java.util.Optional;

/**
 * The Content-Range field (RFC 9110, section 14.4).
 *
 * @param range the range sent; empty in the response to an unsatisfiable range
 * @param completeLength length of the object in bytes, at least 0; more than the range's last
 *     position. Unlike in the RFC it is always known
 */
public record ContentRange(Optional<ResolvedRange> range, long completeLength) {
    public ContentRange {
        if (completeLength < 0 || range.isPresent() && range.get().lastPos() >= completeLength) {
            throw new IllegalArgumentException(
                    "invalid content range: " + range + "/" + completeLength);
        }
    }

    /** The field of a response with one range. */
    public static ContentRange of(ResolvedRange range, long completeLength) {
        return new ContentRange(Optional.of(range), completeLength);
    }

    /** The field of a 416: {@code bytes *}{@code /n}. */
    public static ContentRange unsatisfied(long completeLength) {
        return new ContentRange(Optional.empty(), completeLength);
    }

    /**
     * Parses the field of a store's response. Empty for any other form than byte positions, or
     * {@code *}, with a complete length, because a caller that requested a range cannot use it.
     */
    public static Optional<ContentRange> parse(String fieldValue) {
        DigitsScanner scanner = new DigitsScanner(fieldValue);
        if (!scanner.skipIgnoringCase("bytes ")) {
            return Optional.empty();
        }
        Optional<ResolvedRange> range = Optional.empty();
        if (!scanner.skipIgnoringCase("*")) {
            long firstPos = scanner.nextLong();
            boolean dash = scanner.skipIgnoringCase("-");
            long lastPos = scanner.nextLong();
            if (firstPos < 0 || !dash || lastPos < firstPos || lastPos == Long.MAX_VALUE) {
                return Optional.empty();
            }
            range = Optional.of(new ResolvedRange(firstPos, lastPos));
        }
        boolean slash = scanner.skipIgnoringCase("/");
        long completeLength = scanner.nextLong();
        if (!slash || completeLength < 0 || completeLength == Long.MAX_VALUE || !scanner.atEnd()) {
            return Optional.empty();
        }
        return range.isPresent() && range.get().lastPos() >= completeLength
                ? Optional.empty()
                : Optional.of(new ContentRange(range, completeLength));
    }

    /** The field's value. */
    @Override
    public String toString() {
        return "bytes " + range.map(ResolvedRange::toString).orElse("*") + "/" + completeLength;
    }
}
