package io.rangestream.http.uri;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.Covers;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentDecodingTest {
    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "abc, abc",
        "a%2Fb, a/b",
        "a%2fb, a/b",
        "a/b, a/b",
        "a%252Fb, a%2Fb",
        "a+b, a+b",
        "a%2Bb, a+b",
        "a%20b, 'a b'",
        "%41, A",
        "a;b=c, a;b=c",
        "a%3Fb%23c, a?b#c",
        "%25, %",
        "%C3%A9, \u00E9",
        "%c3%a9, \u00E9",
        "%E4%B8%AD, \u4E2D",
        "%F0%9F%8E%AC, \uD83C\uDFAC",
        "a%00b, 'a\u0000b'",
        "..%2F%2e%2E, ../..",
    })
    @Covers("keys")
    void decodesEachEscapeOnceAndKeepsPlus(String raw, String decoded) {
        assertThat(PercentDecoding.decode(raw)).contains(decoded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%",
                "a%",
                "%4",
                "a%4",
                "%4G",
                "%G4",
                "%%41",
                "% 41",
                "%+1",
                "%-1",
                "%x41",
                "%\uFF14\uFF11",
                "%u0041",
                "a%2",
            })
    void rejectsMalformedEscape(String raw) {
        assertThat(PercentDecoding.decode(raw)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Not a first byte, cut short, overlong, a surrogate, above the last code point.
                "%80",
                "%FF",
                "%FE",
                "%C3",
                "%C3a",
                "%E4%B8",
                "%F0%9F%8E",
                "%C0%AF",
                "%C1%81",
                "%E0%80%AF",
                "%F0%80%80%AF",
                "%ED%A0%80",
                "%ED%BF%BF",
                "%F4%90%80%80",
                "%F8%88%80%80%80",
            })
    void rejectsMalformedUtf8(String raw) {
        assertThat(PercentDecoding.decode(raw)).isEmpty();
        assertThat(PercentDecoding.decode("a" + raw + "/b")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0100", "a\u4E2D", "\uD83C\uDFAC", "\uD83C"})
    void rejectsCharactersAbove255(String raw) {
        assertThat(PercentDecoding.decode(raw)).isEmpty();
    }
}
