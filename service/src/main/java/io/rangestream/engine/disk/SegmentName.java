package io.rangestream.engine.disk;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of one of the two files of a segment. Files with other names in the folder are not of
 * this tier.
 *
 * @param number number of the segment, increasing over restarts: of two segments the one with the
 *     higher number is newer
 * @param isIndex whether it is the {@code .index} file, not the {@code .blocks} file
 */
record SegmentName(long number, boolean isIndex) {
    private static final Pattern PATTERN =
            Pattern.compile("segment-([0-9a-f]{15})\\.(blocks|index)");

    /** The largest number of 15 digits. At 1,000 segments per second it lasts 36 million years. */
    private static final long MAX_NUMBER = (1L << 60) - 1;

    SegmentName {
        if (number < 0 || number > MAX_NUMBER) {
            throw new IllegalArgumentException(
                    "segment number " + number + "; expected 0 to " + MAX_NUMBER);
        }
    }

    static SegmentName blocks(long number) {
        return new SegmentName(number, false);
    }

    static SegmentName index(long number) {
        return new SegmentName(number, true);
    }

    static Optional<SegmentName> parse(String fileName) {
        Matcher matcher = PATTERN.matcher(fileName);
        return matcher.matches()
                ? Optional.of(
                        new SegmentName(
                                Long.parseLong(matcher.group(1), 16),
                                matcher.group(2).equals("index")))
                : Optional.empty();
    }

    String fileName() {
        return "segment-%015x.%s".formatted(number, isIndex ? "index" : "blocks");
    }
}
