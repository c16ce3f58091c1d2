package io.rangestream.condition;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

import org.junit.jupiter.api.Tag;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Lists of entity tags from a fuzzer: a parsed list is equal after formatting and parsing. */
@Tag("fuzz")
class TagConditionFuzzTest {
    @FuzzTest
    void parsedTagsAreWrittenUnchanged(FuzzedDataProvider data) {
        String field = data.consumeRemainingAsString();
        TagCondition read = TagCondition.parse(field);
        if (read instanceof TagCondition.OneOf(List<EntityTag> tags)) {
            String written =
                    tags.stream().map(EntityTag::toString).collect(Collectors.joining(", "));
            assertThat(TagCondition.parse(written)).as(field).isEqualTo(read);
            for (EntityTag tag : tags) {
                assertThat(EntityTag.parse(tag.toString())).as(field).hasValue(tag);
                assertThat(read.matchesWeakly(Optional.of(tag))).as(field).isTrue();
                assertThat(read.matchesStrongly(Optional.of(tag)))
                        .as(field)
                        .isEqualTo(tags.stream().anyMatch(tag::matchesStrongly));
            }
        } else {
            assertThat(read.matchesStrongly(Optional.empty())).as(field).isFalse();
        }
    }
}
