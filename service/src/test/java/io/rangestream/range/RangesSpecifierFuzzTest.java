package io.rangestream.range;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

import org.junit.jupiter.api.Tag;

import java.util.List;
import java.util.Optional;

/**
 * Compares the parser with the model on Range fields from a fuzzer. A normal run uses the corpus;
 * {@code JAZZER_FUZZ=1} in the environment and {@code -Dtest=RangesSpecifierFuzzTest} start the
 * fuzzer.
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
