package io.rangestream.transport.http1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Tag;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Compares the reader with the model on bytes of a fuzzer, in one piece and in single bytes. */
@Tag("fuzz")
class Http1RequestReaderFuzzTest {
    // Longer inputs could reach limits of lengths and counts that the model does not have.
    private static final int MAX_BYTES = 500;

    @FuzzTest
    @Covers("any-other-bytes-connection")
    void connectionIsReadAsTheModelReadsIt(byte[] all) {
        String text = new String(all, StandardCharsets.ISO_8859_1);
        if (all.length == 0
                || all.length > MAX_BYTES
                || text.toLowerCase(Locale.ROOT).contains("expect")) {
            return;
        }
        ReadRequests expected = Http1Model.read(text);
        assertThat(ReadRequests.of(List.of(all))).as(text).isEqualTo(expected);
        assertThat(ReadRequests.of(ScriptedArrivals.single(all))).as(text).isEqualTo(expected);
    }
}
