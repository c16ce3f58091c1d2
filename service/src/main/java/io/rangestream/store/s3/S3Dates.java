package io.rangestream.store.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/**
 * Parses dates as stores write them. S3 writes RFC 1123 in header fields and ISO 8601 in lists;
 * other stores mix them. A date with a missing or ambiguous zone ({@code CST}) is treated as
 * absent, because it would be a validator that is wrong by hours.
 */
final class S3Dates {
    private static final int MAX_CHARS = 64;
    private static final DateTimeFormatter RFC_1123 =
            DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT);

    private S3Dates() {}

    /** The date in whole seconds; empty if it is malformed or ambiguous. */
    static Optional<Instant> parse(String text) {
        String stripped = text.strip();
        if (stripped.length() > MAX_CHARS) {
            return Optional.empty();
        }
        return parse(stripped, RFC_1123)
                .or(() -> parse(stripped, DateTimeFormatter.ISO_OFFSET_DATE_TIME))
                .map(instant -> instant.truncatedTo(ChronoUnit.SECONDS));
    }

    private static Optional<Instant> parse(String text, DateTimeFormatter format) {
        try {
            return Optional.of(format.parse(text, Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
