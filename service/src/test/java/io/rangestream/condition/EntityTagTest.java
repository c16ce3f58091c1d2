package io.rangestream.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"A1\"",
                "W/\"A1\"",
                "\"\"",
                "W/\"\"",
                "\"a,b\"",
                "\"W/\"",
                "\"*\"",
                "\"back\\slash\"",
                "\"!#~\"",
                "\"\u0080\u00FF\"",
                "\"d41d8cd98f00b204e9800998ecf8427e-12\"",
            })
    void parsesAndFormatsAlike(String text) {
        EntityTag tag = EntityTag.parse(text).orElseThrow();
        assertThat(tag).hasToString(text);
        assertThat(tag.weak()).isEqualTo(text.startsWith("W/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "*",
                "A1",
                "\"A1",
                "A1\"",
                "\"",
                "'A1'",
                "w/\"A1\"",
                "W/A1",
                "W/",
                "W",
                "W\"A1\"",
                "W /\"A1\"",
                "W/ \"A1\"",
                "W/W/\"A1\"",
                "\"A1\" ",
                " \"A1\"",
                "\"A1\",",
                "\"A1\",\"B2\"",
                "\"A 1\"",
                "\"A\t1\"",
                "\"A\u007F\"",
                "\"A\0\"",
                "\"A\u0100\"",
                "\"A\\\"1\"",
                "\"\"A1\"\"",
            })
    void rejectsMalformedTags(String text) {
        assertThat(EntityTag.parse(text)).isEmpty();
    }

    /** The table of RFC 9110, section 8.8.3.2. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "'W/\"1\"', 'W/\"1\"', false, true",
                "'W/\"1\"', 'W/\"2\"', false, false",
                "'W/\"1\"', '\"1\"', false, true",
                "'\"1\"', 'W/\"1\"', false, true",
                "'\"1\"', '\"1\"', true, true",
                "'\"1\"', '\"2\"', false, false",
                "'\"a\"', '\"A\"', false, false",
            })
    void comparesStronglyAndWeakly(String left, String right, boolean strongly, boolean weakly) {
        EntityTag one = EntityTag.parse(left).orElseThrow();
        EntityTag other = EntityTag.parse(right).orElseThrow();
        assertThat(one.matchesStrongly(other)).isEqualTo(strongly);
        assertThat(one.matchesWeakly(other)).isEqualTo(weakly);
    }

    @Test
    void rejectsInvalidCharacters() {
        for (String opaque : new String[] {"\"", "a b", "a\nb", "\u007F", "\u0100"}) {
            assertThatThrownBy(() -> EntityTag.strong(opaque))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(opaque);
        }
        assertThat(EntityTag.strong("A1")).isEqualTo(new EntityTag("A1", false));
    }
}
