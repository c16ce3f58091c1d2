package io.rangestream.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentRangeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes 0-0/1",
                "bytes 0-4/26",
                "bytes 25-25/26",
                "bytes 4294967296-4294967305/5368709120",
                "bytes */0",
                "bytes */26",
                "bytes 0-9223372036854775805/9223372036854775806",
            })
    void parsesAndFormatsAlike(String field) {
        assertThat(ContentRange.parse(field).orElseThrow()).hasToString(field);
    }

    @Test
    void acceptsAnyCaseAndLeadingZeros() {
        assertThat(ContentRange.parse("BYTES 00-04/0026").orElseThrow())
                .isEqualTo(ContentRange.of(new ResolvedRange(0, 4), 26));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes ",
                "bytes 0-4",
                "bytes 0-4/",
                "bytes 0-4/*",
                "bytes */*",
                "bytes *",
                "bytes /26",
                "bytes -4/26",
                "bytes 0-/26",
                "bytes 4-0/26",
                "bytes 0-26/26",
                "bytes 0-0/0",
                // MinIO returns this for an empty object.
                "bytes 0--1/0",
                "bytes 0-4/-26",
                "bytes 0-4/26 ",
                " bytes 0-4/26",
                "bytes  0-4/26",
                "bytes 0 - 4/26",
                "bytes 0-4 /26",
                "bytes 0-4/ 26",
                "bytes=0-4/26",
                "bytes:0-4/26",
                "bytes\t0-4/26",
                "items 0-4/26",
                "byte\u017F 0-4/26",
                "bytes +0-4/26",
                "bytes 0-\u0664/26",
                "bytes 0-4/26,bytes 5-6/26",
                "bytes 0-4,5-6/26",
                "bytes 0-4/0x1a",
                "bytes 18446744073709551616-18446744073709551620/26",
                "bytes 0-18446744073709551620/18446744073709551616",
                "bytes 0-4/9223372036854775808",
                "bytes */18446744073709551616",
            })
    void rejectsOtherForms(String field) {
        assertThat(ContentRange.parse(field)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 26, 26", "0, 30, 26", "0, 0, 0", "100, 200, 26"})
    void rejectsPositionsPastTheLength(long first, long last, long length) {
        ResolvedRange range = new ResolvedRange(first, last);
        assertThatThrownBy(() -> ContentRange.of(range, length))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(range.toString());
    }

    @Test
    void rejectsNegativeLength() {
        assertThatThrownBy(() -> ContentRange.unsatisfied(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }
}
