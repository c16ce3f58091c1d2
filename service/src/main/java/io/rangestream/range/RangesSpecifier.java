package io.rangestream.range;

import io.rangestream.range.RangeSpec.IntRange;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The value of a Range field in bytes (RFC 9110, section 14.2).
 *
 * @param rangeSet the ranges in the order of the request, at least one
 */
public record RangesSpecifier(List<RangeSpec> rangeSet) {
    private static final String UNIT = "bytes";

    public RangesSpecifier {
        if (rangeSet.isEmpty()) {
            throw new IllegalArgumentException(
                    "the range-set is empty; expected at least one member");
        }
        rangeSet = List.copyOf(rangeSet);
    }

    /** One range. */
    public static RangesSpecifier of(RangeSpec range) {
        return new RangesSpecifier(List.of(range));
    }

    /**
     * Parses a field value in one pass. Empty if the field must be ignored: it has another unit, no
     * member or an invalid member (RFC 9110, sections 14.1.1 and 14.2).
     */
    public static Optional<RangesSpecifier> parse(String fieldValue) {
        DigitsScanner scanner = new DigitsScanner(fieldValue);
        if (!scanner.skipIgnoringCase(UNIT) || !scanner.skip('=')) {
            return Optional.empty();
        }
        List<RangeSpec> rangeSet = new ArrayList<>(1);
        // A list may have empty members and whitespace around its commas (section 5.6.1).
        // Whitespace after the "=" is valid since erratum 7306.
        do {
            scanner.skipWhitespace();
            if (!scanner.atListSeparator()) {
                Optional<RangeSpec> member = parseMember(scanner);
                if (member.isEmpty()) {
                    return Optional.empty();
                }
                rangeSet.add(member.get());
                scanner.skipWhitespace();
            }
        } while (scanner.skip(','));
        return scanner.atEnd() && !rangeSet.isEmpty()
                ? Optional.of(new RangesSpecifier(rangeSet))
                : Optional.empty();
    }

    private static Optional<RangeSpec> parseMember(DigitsScanner scanner) {
        if (scanner.skip('-')) {
            long suffixLength = scanner.nextLong();
            return suffixLength < 0
                    ? Optional.empty()
                    : Optional.of(RangeSpec.suffix(suffixLength));
        }
        long firstPos = scanner.nextLong();
        if (firstPos < 0) {
            return Optional.empty();
        }
        String firstDigits = firstPos == Long.MAX_VALUE ? scanner.digits() : "";
        if (!scanner.skip('-')) {
            return Optional.empty();
        }
        long lastPos = scanner.nextLong();
        if (lastPos < 0) {
            return Optional.of(RangeSpec.from(firstPos));
        }
        // Numbers from 2^63 - 1 on have one representation, but their order decides the validity.
        boolean backwards =
                firstPos == Long.MAX_VALUE && lastPos == Long.MAX_VALUE
                        ? isSmaller(scanner.digits(), firstDigits)
                        : lastPos < firstPos;
        return backwards
                ? Optional.empty()
                : Optional.of(new IntRange(firstPos, OptionalLong.of(lastPos)));
    }

    private static boolean isSmaller(String digits, String others) {
        return digits.length() == others.length()
                ? digits.compareTo(others) < 0
                : digits.length() < others.length();
    }
}
