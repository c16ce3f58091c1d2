package io.rangestream.range;

import java.util.Optional;

/**
 * The Content-Range field (RFC 9110, section 14.4): which bytes of how many, or, where there are
 * none, of how many only.
 *
 * @param range the positions sent; empty in the answer to an unsatisfiable range
 * @param completeLength the length of the whole object in bytes, always known here
 */
public record ContentRange(Optional<ByteRange> range, long completeLength) {
    public ContentRange {
        if (completeLength < 0 || range.isPresent() && range.get().lastPos() >= completeLength) {
            throw new IllegalArgumentException(
                    "not a content range: " + range + "/" + completeLength);
        }
    }

    /** Bytes {@code range} of {@code completeLength}. */
    public static ContentRange of(ByteRange range, long completeLength) {
        return new ContentRange(Optional.of(range), completeLength);
    }

    /** What a 416 carries: {@code bytes *}{@code /n}. */
    public static ContentRange unsatisfied(long completeLength) {
        return new ContentRange(Optional.empty(), completeLength);
    }

    /**
     * Reads what a store answered. Empty for anything that is not exactly positions and a complete
     * length in bytes: whoever asked for a range can't use another form.
     */
    public static Optional<ContentRange> parse(String fieldValue) {
        DigitsScanner scanner = new DigitsScanner(fieldValue);
        if (!scanner.skipIgnoringCase("bytes ")) {
            return Optional.empty();
        }
        Optional<ByteRange> range = Optional.empty();
        if (!scanner.skipIgnoringCase("*")) {
            long firstPos = scanner.nextLong();
            boolean dash = scanner.skipIgnoringCase("-");
            long lastPos = scanner.nextLong();
            if (firstPos < 0 || !dash || lastPos < firstPos || lastPos == Long.MAX_VALUE) {
                return Optional.empty();
            }
            range = Optional.of(new ByteRange(firstPos, lastPos));
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
        return "bytes " + range.map(ByteRange::toString).orElse("*") + "/" + completeLength;
    }
}
