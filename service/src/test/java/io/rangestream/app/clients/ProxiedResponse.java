package io.rangestream.app.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.WireResponse;

import java.io.IOException;
import java.util.Arrays;

/**
 * Sends requests to a proxy and checks its partial responses. Used by the nginx and Varnish tests.
 */
final class ProxiedResponse {
    private ProxiedResponse() {}

    /** Sends a request on a new connection. */
    static WireResponse ask(int port, String method, String target, String... fieldLines)
            throws IOException {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            return wire.ask(method, target, fieldLines);
        }
    }

    /** Asserts a complete 206 with these positions of an object and this entity tag. */
    static void assertIsPartOf(
            WireResponse answer, String tag, byte[] object, int firstPos, int lastPos) {
        byte[] part = Arrays.copyOfRange(object, firstPos, lastPos + 1);
        assertIsPart(answer, tag, part, firstPos, object.length);
    }

    /** Asserts a complete 206 with these bytes, which begin at {@code firstPos} of an object. */
    static void assertIsPart(
            WireResponse answer, String tag, byte[] part, long firstPos, long completeLength) {
        long lastPos = firstPos + part.length - 1;
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.field("Content-Range"))
                .hasValue("bytes " + firstPos + "-" + lastPos + "/" + completeLength);
        assertThat(answer.field("ETag")).hasValue(tag);
        assertThat(answer.complete()).isTrue();
        assertThat(answer.body()).isEqualTo(part);
    }
}
