package io.rangestream.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.condition.Preconditions.Outcome;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.util.Optional;

/**
 * RFC 9110, section 13.2.2, for an object with the tag "A1", last modified at L. In the tables tags
 * have no quotes, dates are seconds from L, and "-" is a condition that was not sent.
 */
class PreconditionsTest {
    private static final Instant L = Instant.parse("2020-01-02T03:04:05Z");
    private static final EntityTag A1 = EntityTag.strong("A1");
    private static final Validators BOTH =
            new Validators(Optional.of(A1), Optional.of(L), L.plusSeconds(60));
    private static final Validators TAG_ONLY =
            new Validators(Optional.of(A1), Optional.empty(), L.plusSeconds(60));
    private static final Validators DATE_ONLY =
            new Validators(Optional.empty(), Optional.of(L), L.plusSeconds(60));
    private static final Validators NEITHER =
            new Validators(Optional.empty(), Optional.empty(), L.plusSeconds(60));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # If-Match | If-Unmodified-Since | If-None-Match | If-Modified-Since
                    -    | -  | -    | -  | PROCEED
                    A1   | -  | -    | -  | PROCEED
                    *    | -  | -    | -  | PROCEED
                    bad  | -  | -    | -  | FAILED
                    B2   | -  | -    | -  | FAILED
                    W/A1 | -  | -    | -  | FAILED
                    -    | 0  | -    | -  | PROCEED
                    -    | 1  | -    | -  | PROCEED
                    -    | -1 | -    | -  | FAILED
                    # If-Unmodified-Since is ignored if If-Match is present.
                    A1   | -1 | -    | -  | PROCEED
                    *    | -1 | -    | -  | PROCEED
                    B2   | 1  | -    | -  | FAILED
                    bad  | 1  | -    | -  | FAILED
                    -    | -  | A1   | -  | NOT_MODIFIED
                    -    | -  | W/A1 | -  | NOT_MODIFIED
                    -    | -  | *    | -  | NOT_MODIFIED
                    -    | -  | B2   | -  | PROCEED
                    -    | -  | bad  | -  | PROCEED
                    -    | -  | -    | 0  | NOT_MODIFIED
                    -    | -  | -    | 1  | NOT_MODIFIED
                    -    | -  | -    | 9999999999 | NOT_MODIFIED
                    -    | -  | -    | -1 | PROCEED
                    # If-Modified-Since is ignored if If-None-Match is present.
                    -    | -  | B2   | 1  | PROCEED
                    -    | -  | bad  | 1  | PROCEED
                    -    | -  | A1   | -1 | NOT_MODIFIED
                    # If-Match and If-Unmodified-Since precede the other two.
                    A1   | -  | A1   | -  | NOT_MODIFIED
                    A1   | -  | B2   | -  | PROCEED
                    B2   | -  | A1   | -  | FAILED
                    B2   | -  | *    | 1  | FAILED
                    A1   | -  | -    | 0  | NOT_MODIFIED
                    A1   | -1 | -    | 0  | NOT_MODIFIED
                    B2   | -  | -    | 0  | FAILED
                    -    | 0  | A1   | -  | NOT_MODIFIED
                    -    | -1 | A1   | -  | FAILED
                    -    | 0  | -    | 0  | NOT_MODIFIED
                    -    | -1 | -    | 0  | FAILED
                    -    | 0  | B2   | 0  | PROCEED
                    A1   | -1 | B2   | 1  | PROCEED
                    A1   | -1 | A1   | -1 | NOT_MODIFIED
                    """)
    @Covers("all-five-conditions-order")
    void evaluatesWithTagAndDate(
            String ifMatch,
            String unmodified,
            String ifNoneMatch,
            String modified,
            Outcome outcome) {
        assertThat(preconditions(ifMatch, unmodified, ifNoneMatch, modified).evaluate(BOTH))
                .isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # Without a date both date conditions are ignored.
                    -    | -1 | -    | -  | PROCEED
                    -    | -  | -    | 1  | PROCEED
                    -    | -1 | -    | 1  | PROCEED
                    -    | -1 | A1   | -  | NOT_MODIFIED
                    A1   | -1 | -    | 1  | PROCEED
                    B2   | 1  | -    | 1  | FAILED
                    """)
    void evaluatesWithoutDate(
            String ifMatch,
            String unmodified,
            String ifNoneMatch,
            String modified,
            Outcome outcome) {
        assertThat(preconditions(ifMatch, unmodified, ifNoneMatch, modified).evaluate(TAG_ONLY))
                .isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # Without a tag only "*" matches.
                    A1   | -  | -    | -  | FAILED
                    *    | -  | -    | -  | PROCEED
                    -    | -  | A1   | -  | PROCEED
                    -    | -  | *    | -  | NOT_MODIFIED
                    -    | -1 | -    | -  | FAILED
                    -    | 0  | -    | 0  | NOT_MODIFIED
                    -    | -  | A1   | 0  | PROCEED
                    """)
    void evaluatesWithoutTag(
            String ifMatch,
            String unmodified,
            String ifNoneMatch,
            String modified,
            Outcome outcome) {
        assertThat(preconditions(ifMatch, unmodified, ifNoneMatch, modified).evaluate(DATE_ONLY))
                .isEqualTo(outcome);
    }

    @Test
    void evaluatesWithoutTagAndDate() {
        assertThat(preconditions("-", "-1", "A1", "1").evaluate(NEITHER))
                .isEqualTo(Outcome.PROCEED);
        assertThat(preconditions("*", "-1", "-", "1").evaluate(NEITHER)).isEqualTo(Outcome.PROCEED);
        assertThat(preconditions("-", "-", "*", "-").evaluate(NEITHER))
                .isEqualTo(Outcome.NOT_MODIFIED);
    }

    @Test
    void allowsRangeWithoutIfRange() {
        assertThat(Preconditions.NONE.allowsRange(NEITHER)).isTrue();
        assertThat(Preconditions.NONE.evaluate(NEITHER)).isEqualTo(Outcome.PROCEED);
    }

    @Test
    void ifRangeDecidesOnlyTheRange() {
        Preconditions malformed = withIfRange(new IfRange.Malformed());
        assertThat(malformed.evaluate(BOTH)).isEqualTo(Outcome.PROCEED);
        assertThat(malformed.allowsRange(BOTH)).isFalse();
        assertThat(withIfRange(new IfRange.Tag(A1)).allowsRange(BOTH)).isTrue();
        assertThat(withIfRange(new IfRange.Tag(A1)).allowsRange(DATE_ONLY)).isFalse();
        assertThat(withIfRange(new IfRange.Date(L)).allowsRange(DATE_ONLY)).isTrue();
        assertThat(withIfRange(new IfRange.Date(L)).allowsRange(TAG_ONLY)).isFalse();
    }

    private static Preconditions withIfRange(IfRange ifRange) {
        return new Preconditions(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(ifRange));
    }

    private static Preconditions preconditions(
            String ifMatch, String unmodified, String ifNoneMatch, String modified) {
        return new Preconditions(
                tags(ifMatch),
                date(unmodified),
                tags(ifNoneMatch),
                date(modified),
                Optional.empty());
    }

    private static Optional<TagCondition> tags(String text) {
        return switch (text) {
            case "-" -> Optional.empty();
            case "*", "bad" -> Optional.of(TagCondition.parse(text));
            case "W/A1" -> Optional.of(TagCondition.parse("\"X\", W/\"A1\""));
            default -> Optional.of(TagCondition.parse("\"X\", \"" + text + '"'));
        };
    }

    private static Optional<Instant> date(String text) {
        return text.equals("-")
                ? Optional.empty()
                : Optional.of(L.plusSeconds(Long.parseLong(text)));
    }
}
