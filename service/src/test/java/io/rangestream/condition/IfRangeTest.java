package io.rangestream.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.util.Optional;

class IfRangeTest {
    private static final Instant L = Instant.parse("2020-01-02T03:04:05Z");
    private static final Instant LATER = L.plusSeconds(3600);

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "'\"A1\"', '\"A1\"', true",
                "'\"A1\"', '\"B2\"', false",
                "'W/\"A1\"', '\"A1\"', false",
                "'\"A1\"', 'W/\"A1\"', false",
                "'W/\"A1\"', 'W/\"A1\"', false",
            })
    void tagHoldsByStrongComparisonOnly(String asked, String current, boolean holds) {
        IfRange condition = new IfRange.Tag(EntityTag.parse(asked).orElseThrow());
        assertThat(condition.holds(new Validators(EntityTag.parse(current), Optional.of(L), LATER)))
                .isEqualTo(holds);
    }

    @Test
    void tagFailsIfTheObjectHasNone() {
        IfRange condition = new IfRange.Tag(EntityTag.strong("A1"));
        assertThat(condition.holds(new Validators(Optional.empty(), Optional.of(L), LATER)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "-1, false", "1, false", "-86400, false", "86400, false"})
    void dateHoldsToTheSecond(long secondsFromLastModified, boolean holds) {
        IfRange condition = new IfRange.Date(L.plusSeconds(secondsFromLastModified));
        assertThat(condition.holds(observedAt(LATER))).isEqualTo(holds);
    }

    /** Our choice K6: within the same second another modification may go unnoticed. */
    @ParameterizedTest
    @CsvSource({
        "-3600000, false",
        "-1, false",
        "0, false",
        "1, false",
        "999, false",
        "1000, true",
        "1001, true",
        "3600000, true",
    })
    @Covers("if-range-tag-date")
    void dateHoldsOnceTheStoreClockIsASecondLater(long millisAfter, boolean holds) {
        IfRange condition = new IfRange.Date(L);
        assertThat(condition.holds(observedAt(L.plusMillis(millisAfter)))).isEqualTo(holds);
    }

    @Test
    void dateFailsIfTheObjectHasNone() {
        Validators undated =
                new Validators(Optional.of(EntityTag.strong("A1")), Optional.empty(), LATER);
        assertThat(new IfRange.Date(L).holds(undated)).isFalse();
        assertThat(undated.dateIsStrong()).isFalse();
    }

    @Test
    void malformedConditionFails() {
        assertThat(new IfRange.Malformed().holds(observedAt(LATER))).isFalse();
    }

    private static Validators observedAt(Instant instant) {
        return new Validators(Optional.of(EntityTag.strong("A1")), Optional.of(L), instant);
    }
}
