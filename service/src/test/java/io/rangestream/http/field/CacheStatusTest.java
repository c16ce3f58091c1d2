package io.rangestream.http.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.store.ReadHandle.Forwarding;
import io.rangestream.store.ReadHandle.Presence;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.regex.Pattern;

final class CacheStatusTest {
    /**
     * The grammar: a list of one token with parameters (RFC 8941, section 3.1; RFC 9211, section
     * 2).
     */
    private static final Pattern GRAMMAR =
            Pattern.compile("[A-Za-z*][!-~&&[^\",;()\\[\\]]]*(; *[a-z*][a-z0-9_.*-]*(=[a-z-]+)?)*");

    // RFC 9211, section 2.1: one of hit and fwd. Section 2.6: collapsed only with fwd.
    @ParameterizedTest
    @CsvSource({
        "NONE, ALL, false, rangestream; hit",
        "NONE, ALL, true, rangestream; hit",
        "NONE, PART, false, rangestream; fwd=partial",
        "NONE, PART, true, rangestream; fwd=partial; collapsed",
        "NONE, NONE, false, rangestream; fwd=uri-miss",
        "NONE, NONE, true, rangestream; fwd=uri-miss; collapsed",
        "UNKNOWN, ALL, false, rangestream; fwd=uri-miss",
        "UNKNOWN, NONE, true, rangestream; fwd=uri-miss; collapsed",
        "STALE, ALL, false, rangestream; fwd=stale",
        "STALE, NONE, true, rangestream; fwd=stale; collapsed",
        "REQUESTED, ALL, false, rangestream; fwd=request",
        "INCOMPLETE, ALL, false, rangestream; fwd=miss",
    })
    void reportsHitOrReasonOfForwarding(
            Forwarding forwarding, Presence presence, boolean collapsed, String value) {
        assertThat(CacheStatus.of(forwarding, presence, collapsed))
                .isEqualTo(value)
                .matches(GRAMMAR);
    }
}
