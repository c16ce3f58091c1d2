package io.rangestream.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import io.rangestream.store.Slice;
import io.rangestream.stream.PlannedRead.SliceSink;
import io.rangestream.transport.ActiveResponse;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the body of one response: slices of the object, which the connection takes without a copy,
 * and framing between parts. The response's header section is sent with the first write. For the
 * thread of the request alone.
 */
final class BodyWriter implements SliceSink {
    private static final byte[] NO_BYTES = {};

    private final OutputStream out;
    private final Progress progress;

    /** Counts the bytes of the object that the transport has accepted. */
    @FunctionalInterface
    interface Progress {
        void sent(int length);
    }

    BodyWriter(ServerResponse response, ActiveResponse reader, Progress progress) {
        this.out = reader.outlet(stream(response));
        this.progress = progress;
    }

    @Override
    public void accept(Slice slice) {
        write(out, slice.array(), slice.offset(), slice.length());
        int length = slice.length();
        progress.sent(length);
    }

    /** Writes framing between parts, which is ASCII. */
    void writeFraming(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        write(out, bytes, 0, bytes.length);
    }

    /**
     * Ends a complete body. An incomplete body is never closed; its connection is closed instead.
     */
    void close() {
        try {
            out.close();
        } catch (IOException | RuntimeException e) {
            throw new ClientGoneException(e);
        }
    }

    /**
     * Sends a response that has neither a body nor a Content-Length, as a 304 and a 204 must be
     * (RFC 9110, section 8.6).
     */
    static void sendWithoutLength(ServerResponse response) {
        OutputStream out = stream(response);
        // Helidon sets a Content-Length of 0 with the status and evaluates it when the stream is
        // made.
        response.headers().remove(HeaderNames.CONTENT_LENGTH);
        // Over HTTP/2 Helidon sends the header section with the second write only.
        write(out, NO_BYTES, 0, 0);
        write(out, NO_BYTES, 0, 0);
    }

    static OutputStream stream(ServerResponse response) {
        OutputStream out = response.outputStream();
        // If a request has "TE: trailers", as Firefox sends it, Helidon's HTTP/2 adds a Trailer
        // field.
        response.headers().remove(HeaderNames.TRAILER);
        return out;
    }

    private static void write(OutputStream out, byte[] array, int offset, int length) {
        try {
            out.write(array, offset, length);
        } catch (IOException | RuntimeException e) {
            throw new ClientGoneException(e);
        }
    }
}
