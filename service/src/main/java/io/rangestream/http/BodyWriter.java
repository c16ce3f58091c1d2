package io.rangestream.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import io.rangestream.store.Slice;
import io.rangestream.stream.PlannedRead.SliceSink;
import io.rangestream.transport.OpenReader;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Hands slices to the connection, which does not copy them. The head goes out with the first of
 * them.
 */
final class BodyWriter implements SliceSink {
    private static final byte[] NO_BYTES = {};

    private final OutputStream out;
    private final Progress progress;

    /** Is told how many bytes of the object the transport has taken just now. */
    @FunctionalInterface
    interface Progress {
        void sent(int length);
    }

    BodyWriter(ServerResponse response, OpenReader reader, Progress progress) {
        this.out = reader.outlet(stream(response));
        this.progress = progress;
    }

    @Override
    public void accept(Slice slice) {
        write(out, slice.array(), slice.offset(), slice.length());
        int length = slice.length();
        progress.sent(length);
    }

    /** Writes what stands between parts, which is ASCII. */
    void writeFraming(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        write(out, bytes, 0, bytes.length);
    }

    /** Ends a body that is complete. One that is not is never closed: its connection is cut. */
    void close() {
        try {
            out.close();
        } catch (IOException | RuntimeException e) {
            throw new PeerGoneException(e);
        }
    }

    /** Sends a head that has neither a body nor a Content-Length, as a 304 and a 204 must be. */
    static void sendWithoutLength(ServerResponse response) {
        OutputStream out = stream(response);
        // Helidon sets a length of 0 with the status, and reads it when the stream is made.
        response.headers().remove(HeaderNames.CONTENT_LENGTH);
        // HTTP/2 sends the head with the second write only.
        write(out, NO_BYTES, 0, 0);
        write(out, NO_BYTES, 0, 0);
    }

    static OutputStream stream(ServerResponse response) {
        OutputStream out = response.outputStream();
        // To who says TE: trailers, as Firefox does, Helidon's HTTP/2 would send one of its own.
        response.headers().remove(HeaderNames.TRAILER);
        return out;
    }

    private static void write(OutputStream out, byte[] array, int offset, int length) {
        try {
            out.write(array, offset, length);
        } catch (IOException | RuntimeException e) {
            throw new PeerGoneException(e);
        }
    }
}
