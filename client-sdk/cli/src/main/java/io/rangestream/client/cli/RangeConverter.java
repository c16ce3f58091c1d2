package io.rangestream.client.cli;

import io.rangestream.client.ByteRange;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses a range in the form of RFC 9110: {@code a-b}, both inclusive, {@code a-}, or {@code -n}.
 */
final class RangeConverter implements ITypeConverter<ByteRange> {
    private static final Pattern RANGE = Pattern.compile("([0-9]*)-([0-9]*)");

    @Override
    public ByteRange convert(String argument) {
        Matcher range = RANGE.matcher(argument);
        if (!range.matches() || argument.length() < 2) {
            throw new TypeConversionException(
                    "'" + argument + "' is not FIRST-LAST, FIRST- or -COUNT");
        }
        String first = range.group(1);
        String last = range.group(2);
        try {
            if (first.isEmpty()) {
                return ByteRange.suffix(Long.parseLong(last));
            }
            return last.isEmpty()
                    ? ByteRange.from(Long.parseLong(first))
                    : ByteRange.of(Long.parseLong(first), Long.parseLong(last));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("'" + argument + "': " + e.getMessage());
        }
    }
}
