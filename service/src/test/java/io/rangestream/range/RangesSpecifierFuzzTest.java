package io.rangestream.range;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

import org.junit.jupiter.api.Tag;

import java.util.List;
import java.util.Optional;

/**
 * Range fields from a fuzzer against the slow model. Here the corpus runs; with {@code
 * JAZZER_FUZZ=1} in the environment and {@code -Dtest=RangesSpecifierFuzzTest} it fuzzes.
 */
@Tag("fuzz")
class RangesSpecifierFuzzTest {
    private static final long LENGTH = 26;

    @FuzzTest
    void agreesWithTheModel(FuzzedDataProvider data) {
        String field = data.consumeRemainingAsString();
        Optional<List<RangesSpecifierModel.Member>> expected = RangesSpecifierModel.parse(field);
        Optional<RangesSpecifier> actual = RangesSpecifier.parse(field);
        assertThat(actual.isPresent()).as(field).isEqualTo(expected.isPresent());
        for (int i = 0; actual.isPresent() && i < expected.orElseThrow().size(); i++) {
            assertThat(actual.get().rangeSet().get(i).resolve(LENGTH))
                    .as(field)
                    .isEqualTo(expected.get().get(i).resolve(LENGTH));
        }
    }
}
