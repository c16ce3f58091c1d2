package io.rangestream.engine.disk;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of one of a segment's two files. What has another name in the folder is not ours.
 *
 * @param number counted upwards, over restarts too: of two segments the higher is the younger
 * @param isIndex the index, not the blocks
 */
record SegmentName(long number, boolean isIndex) {
    private static final Pattern PATTERN =
            Pattern.compile("segment-([0-9a-f]{15})\\.(blocks|index)");

    /**
     * What 15 digits can say; at a thousand segments a second it is reached in 36 million years.
     */
    private static final long MAX_NUMBER = (1L << 60) - 1;

    SegmentName {
        if (number < 0 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("segment number " + number);
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
