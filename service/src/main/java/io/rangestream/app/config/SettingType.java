package io.rangestream.app.config;

import io.helidon.common.Size;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * How the text of a setting becomes a value. Bounds may depend on other settings.
 *
 * @param expected what the text is, for the message about a required setting that is missing
 * @param isList whether the setting takes a list; outside the file its members are separated by
 *     commas
 * @param isSecret whether values must not be printed
 * @param parser from text to value
 * @param format from value to text, or to the members of a list
 */
record SettingType<T>(
        String expected,
        boolean isList,
        boolean isSecret,
        Parser<T> parser,
        Function<T, List<String>> format) {
    // A larger value is a typing error, and would overflow sums of nanoseconds and of bytes.
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final long LARGEST_BYTES = 1L << 50;

    private static final int UNIT_BITS = 10;
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");

    /** Parses one value. */
    @FunctionalInterface
    interface Parser<T> {
        /**
         * Returns the value.
         *
         * @param values the other settings, for bounds that depend on them
         * @throws ConfigException in one sentence, if the text is malformed or out of bounds
         */
        T parse(Given given, SettingValues values);
    }

    /** A type with one text for a value: that of {@code toString}. */
    static <T> SettingType<T> single(String expected, Parser<T> parser) {
        return new SettingType<>(
                expected, false, false, parser, value -> List.of(value.toString()));
    }

    SettingType<T> secret() {
        return new SettingType<>(expected, isList, true, parser, format);
    }

    /** The same with another check, which may throw a ConfigException. */
    SettingType<T> check(BiConsumer<Given, T> check) {
        return new SettingType<>(
                expected,
                isList,
                isSecret,
                (given, values) -> {
                    T value = parser.parse(given, values);
                    check.accept(given, value);
                    return value;
                },
                format);
    }

    /** Any text but the empty one. */
    static SettingType<String> text(String expected) {
        return text(expected, _ -> true);
    }

    static SettingType<String> text(String expected, Predicate<String> isValid) {
        return single(
                expected,
                (given, _) -> {
                    if (!isValid.test(given.text())) {
                        throw given.expected(expected);
                    }
                    return given.text();
                });
    }

    /** A list, or one text in place of a list of one. */
    static SettingType<List<String>> list(String expected, Predicate<String> isValid) {
        return new SettingType<>(
                expected,
                true,
                false,
                (given, _) -> {
                    for (String member : given.texts()) {
                        if (!isValid.test(member)) {
                            throw given.expected(expected, member);
                        }
                    }
                    return given.texts();
                },
                members -> members);
    }

    static SettingType<Boolean> flag() {
        String expected = "true or false";
        return single(
                expected,
                (given, _) ->
                        switch (given.text()) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw given.expected(expected);
                        });
    }

    /** A whole number; both bounds are inclusive. */
    static SettingType<Integer> wholeNumber(int min, ToIntFunction<SettingValues> max) {
        return single(
                "a whole number",
                (given, values) -> {
                    int most = max.applyAsInt(values);
                    try {
                        int value = Integer.parseInt(given.text());
                        if (value >= min && value <= most) {
                            return value;
                        }
                    } catch (NumberFormatException e) {
                        // Refused below, with the bounds.
                    }
                    throw given.expected("a whole number from " + min + " to " + most);
                });
    }

    /** A time in ISO 8601, PT30S for thirty seconds; not less than {@code min}. */
    static SettingType<Duration> duration(Duration min) {
        String expected = "a time as in PT30S or PT1H";
        return single(
                expected,
                (given, _) -> {
                    String bound = min + " or longer";
                    try {
                        Duration value = Duration.parse(given.text());
                        if (value.compareTo(LONGEST) > 0) {
                            bound = "a hundred years or shorter";
                        } else if (value.compareTo(min) >= 0) {
                            return value;
                        }
                    } catch (DateTimeParseException e) {
                        // Refused below, with the bound.
                    }
                    throw given.expected(expected + ", " + bound);
                });
    }

    /** A length in bytes, as in 128 MiB; not less than {@code min}. */
    static SettingType<Long> size(ToLongFunction<SettingValues> min) {
        String expected = "a size as in 64 MiB or 2 GiB";
        return new SettingType<>(
                expected,
                false,
                false,
                (given, values) -> {
                    long least = min.applyAsLong(values);
                    String bound = "at least " + least + " bytes";
                    try {
                        long value = Size.parse(given.text()).toBytes();
                        if (value > LARGEST_BYTES) {
                            bound = "at most 1 PiB";
                        } else if (value >= least) {
                            return value;
                        }
                    } catch (IllegalArgumentException | ArithmeticException e) {
                        // Refused below, with the bound.
                    }
                    throw given.expected(expected + ", " + bound);
                },
                bytes -> List.of(inLargestUnit(bytes)));
    }

    /** Not rounded: 1 MiB is written as that, and one byte more as 1048577. */
    static String inLargestUnit(long bytes) {
        int unit = 0;
        long count = bytes;
        while (count > 0 && count % (1 << UNIT_BITS) == 0 && unit < UNITS.size() - 1) {
            count >>= UNIT_BITS;
            unit++;
        }
        return unit == 0 ? Long.toString(count) : count + " " + UNITS.get(unit);
    }

    /** A path that need not exist. */
    static SettingType<Path> path(String expected) {
        return single(
                expected,
                (given, _) -> {
                    try {
                        return Path.of(given.text());
                    } catch (InvalidPathException e) {
                        throw given.expected(expected);
                    }
                });
    }

    /** A folder that exists. */
    static SettingType<Path> folder() {
        return path("the path of a folder")
                .check(
                        (given, folder) -> {
                            if (!Files.isDirectory(folder) || !Files.isReadable(folder)) {
                                throw given.expected("a folder that can be read");
                            }
                        });
    }
}
