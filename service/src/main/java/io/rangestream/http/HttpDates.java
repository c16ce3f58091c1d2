package io.rangestream.http;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;

/** HTTP-date (RFC 9110, section 5.6.7): reads three formats and writes one. */
public final class HttpDates {
    private static final int YEARS_AHEAD = 50;
    private static final int CENTURY = 100;

    // Not the pattern "uuuu", which accepts signs and years of more than four digits.
    private static final DateTimeFormatter IMF_FIXDATE =
            strict(
                    new DateTimeFormatterBuilder()
                            .appendPattern("EEE, dd MMM ")
                            .appendValue(ChronoField.YEAR, 4)
                            .appendPattern(" HH:mm:ss 'GMT'"));
    private static final DateTimeFormatter ASCTIME =
            strict(
                    new DateTimeFormatterBuilder()
                            .appendPattern("EEE MMM ")
                            .padNext(2)
                            .appendValue(ChronoField.DAY_OF_MONTH)
                            .appendPattern(" HH:mm:ss ")
                            .appendValue(ChronoField.YEAR, 4));

    private HttpDates() {}

    /** Formats an IMF-fixdate; drops the fraction of a second. */
    static String format(Instant instant) {
        return IMF_FIXDATE.format(instant);
    }

    /**
     * Parses a date strictly in any of the three formats; empty if it is malformed.
     *
     * @param now decides the century of a two-digit year: at most 50 years ahead
     */
    public static Optional<Instant> parse(String text, Instant now) {
        return parse(text, IMF_FIXDATE)
                .or(() -> parseRfc850(text, now))
                .or(() -> parse(text, ASCTIME));
    }

    private static Optional<Instant> parse(String text, DateTimeFormatter format) {
        try {
            return Optional.of(format.parse(text, Instant::from));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> parseRfc850(String text, Instant now) {
        OffsetDateTime latest = now.atOffset(ZoneOffset.UTC).plusYears(YEARS_AHEAD);
        // The year alone does not decide: a later date in the last allowed year is too far ahead.
        return parse(text, rfc850(latest.getYear() - CENTURY + 1))
                .filter(date -> !isAfter(date, latest))
                .or(
                        () ->
                                parse(text, rfc850(latest.getYear() - CENTURY))
                                        .filter(date -> isAfter(date, latest.minusYears(CENTURY))));
    }

    private static boolean isAfter(Instant date, OffsetDateTime latest) {
        return date.isAfter(latest.toInstant());
    }

    private static DateTimeFormatter rfc850(int firstYear) {
        return strict(
                new DateTimeFormatterBuilder()
                        .appendPattern("EEEE, dd-MMM-")
                        .appendValueReduced(ChronoField.YEAR, 2, 2, firstYear)
                        .appendPattern(" HH:mm:ss 'GMT'"));
    }

    private static DateTimeFormatter strict(DateTimeFormatterBuilder builder) {
        return builder.toFormatter(Locale.US)
                .withResolverStyle(ResolverStyle.STRICT)
                .withZone(ZoneOffset.UTC);
    }
}
