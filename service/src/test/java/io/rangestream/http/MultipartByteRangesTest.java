package io.rangestream.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.range.ResolvedRange;
import io.rangestream.stream.ReadPlan.Multipart;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class MultipartByteRangesTest {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz";
    private static final Multipart PLAN =
            new Multipart(List.of(new ResolvedRange(20, 21), new ResolvedRange(0, 4)), 26);

    @Test
    @Covers("several-ranges-merged-capped")
    void framesPartsAndCountsExactLength() {
        MultipartByteRanges parts = MultipartByteRanges.of(PLAN, Optional.of("text/plain"));
        String b = parts.boundary();
        String expected =
                "\r\n--%s\r\nContent-Type: text/plain\r\nContent-Range: bytes 20-21/26\r\n\r\nuv\r\n"
                                .formatted(b)
                        + "--%s\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-4/26\r\n\r\nabcde\r\n"
                                .formatted(b)
                        + "--%s--\r\n".formatted(b);
        assertThat(body(parts)).isEqualTo(expected);
        assertThat(parts.contentLength()).isEqualTo(expected.length());
    }

    @Test
    void partsHaveNoTypeWithoutStoredType() {
        MultipartByteRanges parts = MultipartByteRanges.of(PLAN, Optional.empty());
        assertThat(body(parts)).doesNotContain("Content-Type").contains("\r\nContent-Range: ");
        assertThat(parts.contentLength()).isEqualTo(body(parts).length());
    }

    @Test
    void dropsStoredTypeThatCouldBreakFraming() {
        for (String type : new String[] {"text/plain\r\n\r\nx", "text/pl\u00E4in", "\0", " "}) {
            MultipartByteRanges parts = MultipartByteRanges.of(PLAN, Optional.of(type));
            assertThat(body(parts)).doesNotContain("Content-Type").isASCII();
            assertThat(parts.contentLength()).isEqualTo(body(parts).length());
        }
    }

    @Test
    void countsLengthsAboveTwoGibibytes() {
        long last = (5L << 30) - 1;
        Multipart plan =
                new Multipart(
                        List.of(new ResolvedRange(0, 0), new ResolvedRange(2, last)), last + 1);
        MultipartByteRanges parts = MultipartByteRanges.of(plan, Optional.empty());
        long framing =
                parts.parts().stream().mapToLong(part -> part.head().length()).sum()
                        + parts.close().length();
        assertThat(parts.contentLength()).isEqualTo(framing + last);
    }

    @Test
    void boundaryIsUniqueUnquotedToken() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            MultipartByteRanges parts = MultipartByteRanges.of(PLAN, Optional.empty());
            assertThat(parts.boundary()).matches("[0-9a-zA-Z]{16,70}");
            assertThat(parts.contentType())
                    .isEqualTo("multipart/byteranges; boundary=" + parts.boundary());
            seen.add(parts.boundary());
        }
        assertThat(seen).hasSize(1000);
    }

    private static String body(MultipartByteRanges parts) {
        StringBuilder body = new StringBuilder();
        for (MultipartByteRanges.Part part : parts.parts()) {
            body.append(part.head());
            body.append(ALPHABET, (int) part.range().firstPos(), (int) part.range().lastPos() + 1);
        }
        return body.append(parts.close()).toString();
    }
}
