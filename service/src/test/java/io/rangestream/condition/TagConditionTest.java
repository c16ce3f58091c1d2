package io.rangestream.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.condition.TagCondition.Any;
import io.rangestream.condition.TagCondition.Malformed;
import io.rangestream.condition.TagCondition.OneOf;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

class TagConditionTest {
    private static final EntityTag A1 = EntityTag.strong("A1");
    private static final EntityTag WEAK_A1 = new EntityTag("A1", true);

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            delimiter = '|',
            value = {
                "'\"a\"' | '\"a\"'",
                "'W/\"a\"' | 'W/\"a\"'",
                "'\"a\",\"b\"' | '\"a\" \"b\"'",
                "'\"a\", W/\"b\" ,\t\"c\"' | '\"a\" W/\"b\" \"c\"'",
                "',, \"a\" ,,\"b\",' | '\"a\" \"b\"'",
                "'\"a,b\"' | '\"a,b\"'",
                "'\"a,b\",\",\"' | '\"a,b\" \",\"'",
                "'\"*\"' | '\"*\"'",
                "'\"\u00E9\"' | '\"\u00E9\"'",
                "'\"\"' | '\"\"'",
            })
    void parsesListInOrderWithCommasInTags(String field, String tags) {
        List<EntityTag> expected =
                Arrays.stream(tags.split(" "))
                        .map(tag -> EntityTag.parse(tag).orElseThrow())
                        .toList();
        assertThat(TagCondition.parse(field)).isEqualTo(new OneOf(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", " *", "* ", "\t*\t"})
    void parsesStarAsAny(String field) {
        assertThat(TagCondition.parse(field)).isEqualTo(new Any());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"A1\", *",
                "*, \"A1\"",
                "*, *",
                "**",
                "A1",
                "\"A1\", A1",
                "A1, \"A1\"",
                "\"A1",
                "A1\"",
                "\"A1\", \"B",
                "w/\"A1\"",
                "\"A1\" \"B2\"",
                "\"A1\"\"B2\"",
                "\"A1\";q=1",
                "\"A 1\"",
                "\"A1\", \"A\u0100\"",
                "W/\"A1\", W/",
            })
    @Covers("malformed-conditions")
    void malformedListMatchesNothing(String field) {
        TagCondition condition = TagCondition.parse(field);
        assertThat(condition).isEqualTo(new Malformed());
        assertThat(condition.matchesStrongly(Optional.of(A1))).isFalse();
        assertThat(condition.matchesWeakly(Optional.of(A1))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", " , ,\t"})
    void emptyListMatchesNothing(String field) {
        TagCondition condition = TagCondition.parse(field);
        assertThat(condition.matchesStrongly(Optional.of(A1))).isFalse();
        assertThat(condition.matchesWeakly(Optional.of(A1))).isFalse();
        assertThat(condition.matchesWeakly(Optional.empty())).isFalse();
    }

    @Test
    void anyMatchesEveryRepresentation() {
        for (Optional<EntityTag> current :
                List.of(Optional.of(A1), Optional.of(WEAK_A1), Optional.<EntityTag>empty())) {
            assertThat(new Any().matchesStrongly(current)).isTrue();
            assertThat(new Any().matchesWeakly(current)).isTrue();
        }
    }

    @Test
    void matchesIfOneTagMatches() {
        TagCondition list = TagCondition.parse("\"X\", \"A1\", \"Y\"");
        assertThat(list.matchesStrongly(Optional.of(A1))).isTrue();
        assertThat(list.matchesStrongly(Optional.of(WEAK_A1))).isFalse();
        assertThat(list.matchesWeakly(Optional.of(WEAK_A1))).isTrue();
        assertThat(list.matchesWeakly(Optional.of(EntityTag.strong("B")))).isFalse();
    }

    @Test
    void weakTagMatchesWeaklyOnly() {
        TagCondition weak = TagCondition.parse("W/\"A1\"");
        assertThat(weak.matchesStrongly(Optional.of(A1))).isFalse();
        assertThat(weak.matchesStrongly(Optional.of(WEAK_A1))).isFalse();
        assertThat(weak.matchesWeakly(Optional.of(A1))).isTrue();
    }

    @Test
    void tagsFailIfTheObjectHasNone() {
        TagCondition list = TagCondition.parse("\"A1\"");
        assertThat(list.matchesStrongly(Optional.empty())).isFalse();
        assertThat(list.matchesWeakly(Optional.empty())).isFalse();
    }
}
