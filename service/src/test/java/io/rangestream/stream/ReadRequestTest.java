package io.rangestream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.condition.Preconditions;
import io.rangestream.condition.TagCondition;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.store.ObjectId;

import org.junit.jupiter.api.Test;

import java.util.Optional;

class ReadRequestTest {
    @Test
    void fetchesFirstRangeWithMetadata() {
        assertThat(firstWanted("bytes=5-9")).contains(RangeSpec.of(5, 9));
        assertThat(firstWanted("bytes=5-9,20-21")).contains(RangeSpec.of(5, 9));
        assertThat(firstWanted("bytes=-5")).contains(RangeSpec.suffix(5));
    }

    @Test
    void fetchesFromStartWithoutRange() {
        ReadRequest request = request(Optional.empty(), Preconditions.NONE, false);
        assertThat(request.firstWanted()).contains(RangeSpec.from(0));
    }

    @Test
    void fetchesNoBytesWithConditionOrForMetadata() {
        Optional<RangesSpecifier> range = RangesSpecifier.parse("bytes=5-9");
        assertThat(request(range, Preconditions.NONE, true).firstWanted()).isEmpty();
        Preconditions ifMatch = Preconditions.ifMatch(TagCondition.parse("*"));
        assertThat(request(range, ifMatch, false).firstWanted()).isEmpty();
    }

    private static Optional<RangeSpec> firstWanted(String field) {
        return request(RangesSpecifier.parse(field), Preconditions.NONE, false).firstWanted();
    }

    private static ReadRequest request(
            Optional<RangesSpecifier> ranges, Preconditions preconditions, boolean metadataOnly) {
        return new ReadRequest(ObjectId.of("b", "k"), ranges, preconditions, metadataOnly);
    }
}
