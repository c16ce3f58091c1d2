package io.rangestream.range;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Compares the parser with {@link RangesSpecifierModel} on random fields of the grammar and
 * mutations of them.
 */
class RangesSpecifierDifferentialTest {
    private static final long SEED = 9110;
    private static final int FIELDS = 10_000;
    private static final long[] LENGTHS = {0, 1, 2, 26, 1000, 5L << 30, Long.MAX_VALUE};
    private static final List<String> PIECES =
            List.of(
                    "-",
                    ",",
                    "=",
                    " ",
                    "\t",
                    "+",
                    "0",
                    "9",
                    "x",
                    ";",
                    "/",
                    "*",
                    "bytes",
                    ".",
                    "\u0664",
                    "\u017F",
                    "\u00A0",
                    "\0",
                    "\n",
                    "00",
                    "18446744073709551616");
    private static final List<String> NUMBERS =
            List.of(
                    "0",
                    "1",
                    "25",
                    "26",
                    "27",
                    "007",
                    "9223372036854775806",
                    "9223372036854775807",
                    "9223372036854775808",
                    "9223372036854775809",
                    "18446744073709551615",
                    "18446744073709551616",
                    "99999999999999999999999");

    private final Random random = new Random(SEED);

    @Test
    @Covers("any-field-value")
    void agreesWithTheModel() {
        int valid = 0;
        for (int i = 0; i < FIELDS; i++) {
            String field = fieldByGrammar();
            // Few or no mutations: a field with many is almost always invalid.
            for (int mutations = random.nextInt(4) - 1; mutations > 0; mutations--) {
                field = mutated(field);
            }
            Optional<List<RangesSpecifierModel.Member>> expected =
                    RangesSpecifierModel.parse(field);
            Optional<RangesSpecifier> actual = RangesSpecifier.parse(field);
            assertThat(actual.isPresent()).as(field).isEqualTo(expected.isPresent());
            if (expected.isPresent()) {
                valid++;
                assertThatAllResolveAlike(field, actual.get().rangeSet(), expected.get());
            }
        }
        assertThat(valid).as("enough of both kinds").isBetween(FIELDS / 5, FIELDS * 4 / 5);
    }

    private static void assertThatAllResolveAlike(
            String field, List<RangeSpec> actual, List<RangesSpecifierModel.Member> expected) {
        assertThat(actual).as(field).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            for (long length : LENGTHS) {
                assertThat(actual.get(i).resolve(length))
                        .as("%s, member %d of %d bytes", field, i, length)
                        .isEqualTo(expected.get(i).resolve(length));
            }
        }
    }

    private String fieldByGrammar() {
        StringBuilder field = new StringBuilder(pick(List.of("bytes", "bytes", "Bytes", "BYTES")));
        field.append('=').append(whitespace());
        int members = 1 + random.nextInt(random.nextInt(8) == 0 ? 40 : 3);
        for (int i = 0; i < members; i++) {
            field.append(i == 0 ? "" : ",").append(whitespace());
            field.append(member()).append(whitespace());
        }
        return field.toString();
    }

    private String member() {
        return switch (random.nextInt(8)) {
            case 0 -> "";
            case 1 -> "-" + number();
            case 2 -> number() + "-";
            case 3 -> number() + "-" + number();
            default -> {
                int first = random.nextInt(40);
                yield first + "-" + (first + random.nextInt(10));
            }
        };
    }

    private String number() {
        return random.nextBoolean() ? Integer.toString(random.nextInt(60)) : pick(NUMBERS);
    }

    private String whitespace() {
        return random.nextInt(6) > 0 ? "" : pick(List.of(" ", "\t", " \t "));
    }

    private String mutated(String field) {
        int at = random.nextInt(field.length() + 1);
        int end = Math.min(field.length(), at + 1 + random.nextInt(2));
        return switch (random.nextInt(3)) {
            case 0 -> field.substring(0, at) + field.substring(end);
            case 1 -> field.substring(0, at) + pick(PIECES) + field.substring(at);
            default -> field.substring(0, at) + pick(PIECES) + field.substring(end);
        };
    }

    private String pick(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
