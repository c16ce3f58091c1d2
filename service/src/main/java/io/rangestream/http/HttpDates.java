package io.rangestream.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** HTTP-date (RFC 9110, section 5.6.7): three spellings to read, one to write. */
final class HttpDates {
    private static final DateTimeFormatter IMF_FIXDATE =
            strict(new DateTimeFormatterBuilder().appendPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'"));
    private static final DateTimeFormatter ASCTIME =
            strict(
                    new DateTimeFormatterBuilder()
                            .appendPattern("EEE MMM ")
                            .padNext(2)
                            .appendValue(ChronoField.DAY_OF_MONTH)
                            .appendPattern(" HH:mm:ss uuuu"));

    private HttpDates() {}

    /** Writes an IMF-fixdate; parts of a second are cut off. */
    static String format(Instant instant) {
        return IMF_FIXDATE.format(instant);
    }

    /**
     * Reads a date in any of the three spellings, exactly; empty where it is none.
     *
     * @param now decides the century of a two-digit year: not more than 50 years ahead
     */
    static Optional<Instant> parse(String text, Instant now) {
        for (DateTimeFormatter format : List.of(IMF_FIXDATE, rfc850(now), ASCTIME)) {
            try {
                return Optional.of(format.parse(text, Instant::from));
            } catch (DateTimeParseException e) {
                // Not in this spelling; perhaps in the next.
            }
        }
        return Optional.empty();
    }

    private static DateTimeFormatter rfc850(Instant now) {
        int firstYear = ZonedDateTime.ofInstant(now, ZoneOffset.UTC).getYear() - 49;
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
