package io.rangestream.http.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;

class HttpDatesTest {
    private static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");
    private static final Instant EXAMPLE = Instant.parse("1994-11-06T08:49:37Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994"
            })
    void parsesAllThreeFormats(String text) {
        assertThat(HttpDates.parse(text, NOW)).contains(EXAMPLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Thu, 01 Jan 1970 00:00:00 GMT  | 1970-01-01T00:00:00Z
                    Tue, 29 Feb 2000 23:59:59 GMT  | 2000-02-29T23:59:59Z
                    Fri, 31 Dec 9999 23:59:59 GMT  | 9999-12-31T23:59:59Z
                    Sun Nov 16 08:49:37 2003       | 2003-11-16T08:49:37Z
                    Sunday, 16-Nov-03 08:49:37 GMT | 2003-11-16T08:49:37Z
                    """)
    void parsesFirstLastAndLeapDates(String text, Instant instant) {
        assertThat(HttpDates.parse(text, NOW)).contains(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "784111777",
                "1994-11-06T08:49:37Z",
                // A wrong day of the week, in each spelling.
                "Mon, 06 Nov 1994 08:49:37 GMT",
                "Monday, 06-Nov-94 08:49:37 GMT",
                "Mon Nov  6 08:49:37 1994",
                // The case is significant.
                "sun, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 nov 1994 08:49:37 GMT",
                "Sun, 06 NOV 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 gmt",
                "sunday, 06-Nov-94 08:49:37 GMT",
                // Another zone, or none.
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun Nov  6 08:49:37 1994 GMT",
                // Too few or too many digits.
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 006 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 94 08:49:37 GMT",
                "Sun, 06 Nov 1994 8:49:37 GMT",
                "Sun, 06 Nov 1994 08:49 GMT",
                "Sun, 06 Nov 1994 08:49:37.0 GMT",
                "Sunday, 6-Nov-94 08:49:37 GMT",
                "Sunday, 06-Nov-1994 08:49:37 GMT",
                "Sun Nov 6 08:49:37 1994",
                "Sun Nov   6 08:49:37 1994",
                "Sun Nov  6 08:49:37 94",
                // Years of more than four digits, or with a sign.
                "Sat, 01 Jan +10000 00:00:00 GMT",
                "Sat Jan  1 00:00:00 +10000",
                "Fri, 01 Jan -0001 00:00:00 GMT",
                "Fri Jan  1 00:00:00 -0001",
                // Days and times that do not exist.
                "Tue, 29 Feb 1994 08:49:37 GMT",
                "Wed, 31 Nov 1994 08:49:37 GMT",
                "Sun, 00 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sun, 06 Nov 1994 08:60:37 GMT",
                // Other white space, other separators, several dates.
                " Sun, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT ",
                "Sun,06 Nov 1994 08:49:37 GMT",
                "Sun,  06 Nov 1994 08:49:37 GMT",
                "Sun, 06-Nov-1994 08:49:37 GMT",
                "Sunday, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
                "Sun, \u0660\u0666 Nov 1994 08:49:37 GMT",
                "Son, 06 Nov 1994 08:49:37 GMT",
            })
    @Covers("malformed-conditions")
    void rejectsMalformedDate(String text) {
        assertThat(HttpDates.parse(text, NOW)).isEmpty();
    }

    /**
     * RFC 9110, section 5.6.7: a two-digit year that seems more than 50 years ahead belongs to the
     * century before.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Thursday, 01-Jan-26 00:00:00 GMT   | 2026-01-01T00:00:00Z
                    Thursday, 31-Dec-26 00:00:00 GMT   | 2026-12-31T00:00:00Z
                    Friday, 31-Dec-27 00:00:00 GMT     | 2027-12-31T00:00:00Z
                    Thursday, 31-Dec-75 23:59:59 GMT   | -
                    Tuesday, 31-Dec-75 23:59:59 GMT    | 2075-12-31T23:59:59Z
                    Wednesday, 01-Jul-76 12:00:00 GMT  | 2076-07-01T12:00:00Z
                    Thursday, 01-Jul-76 12:00:00 GMT   | -
                    Wednesday, 01-Jul-76 12:00:01 GMT  | -
                    Thursday, 01-Jul-76 12:00:01 GMT   | 1976-07-01T12:00:01Z
                    Friday, 31-Dec-76 23:59:59 GMT     | 1976-12-31T23:59:59Z
                    Saturday, 01-Jan-77 00:00:00 GMT   | 1977-01-01T00:00:00Z
                    Friday, 31-Dec-99 23:59:59 GMT     | 1999-12-31T23:59:59Z
                    Saturday, 01-Jan-00 00:00:00 GMT   | 2000-01-01T00:00:00Z
                    """)
    void twoDigitYearIsAtMostFiftyYearsAhead(String text, String instant) {
        assertThat(HttpDates.parse(text, NOW).map(Instant::toString).orElse("-"))
                .isEqualTo(instant);
    }

    @Test
    void formatsImfFixdateWithoutFraction() {
        assertThat(HttpDates.format(EXAMPLE)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        assertThat(HttpDates.format(EXAMPLE.plusMillis(999)))
                .isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @Test
    void parsesEachFormattedDate() {
        Random random = new Random(5322);
        long end = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
        for (int i = 0; i < 1000; i++) {
            Instant instant = Instant.ofEpochSecond(random.nextLong(end));
            assertThat(HttpDates.parse(HttpDates.format(instant), NOW))
                    .contains(instant.truncatedTo(ChronoUnit.SECONDS));
        }
    }
}
