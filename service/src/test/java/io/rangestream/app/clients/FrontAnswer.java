package io.rangestream.app.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.WireAnswer;

import java.io.IOException;
import java.util.Arrays;

/** What is asked of a proxy in front, and what its answer must be. */
final class FrontAnswer {
    private FrontAnswer() {}

    /** Asks on a connection of its own. */
    static WireAnswer ask(int port, String method, String target, String... fieldLines)
            throws IOException {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            return wire.ask(method, target, fieldLines);
        }
    }

    /** A complete 206 of these positions of an object, under this tag. */
    static void assertIsPartOf(
            WireAnswer answer, String tag, byte[] object, int firstPos, int lastPos) {
        byte[] part = Arrays.copyOfRange(object, firstPos, lastPos + 1);
        assertIsPart(answer, tag, part, firstPos, object.length);
    }

    /** A complete 206 of these bytes, which begin at {@code firstPos} of an object. */
    static void assertIsPart(
            WireAnswer answer, String tag, byte[] part, long firstPos, long completeLength) {
        long lastPos = firstPos + part.length - 1;
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.field("Content-Range"))
                .hasValue("bytes " + firstPos + "-" + lastPos + "/" + completeLength);
        assertThat(answer.field("ETag")).hasValue(tag);
        assertThat(answer.complete()).isTrue();
        assertThat(answer.body()).isEqualTo(part);
    }
}
