package io.rangestream.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import io.rangestream.store.Slice;
import io.rangestream.stream.PlannedRead.SliceSink;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Hands slices to Helidon's output stream, which wraps arrays and does not copy them. The head goes
 * out with the first of them.
 */
final class BodyWriter implements SliceSink {
    // Helidon copies the first write of a body together with the head into one growing buffer (with
    // HTTP/2, the first two), so that one is small.
    private static final int FIRST_WRITE_BYTES = 2048;
    private static final byte[] NO_BYTES = {};

    private final OutputStream out;
    private final Progress progress;
    private final long contentLength;
    private boolean begun;

    /** Is told how many bytes of the object the transport has taken just now. */
    @FunctionalInterface
    interface Progress {
        void sent(int length);
    }

    BodyWriter(ServerResponse response, Progress progress) {
        this.contentLength = response.headers().contentLength().orElse(Long.MAX_VALUE);
        this.out = stream(response);
        this.progress = progress;
    }

    @Override
    public void accept(Slice slice) {
        byte[] array = slice.array();
        int offset = slice.offset();
        int length = slice.length();
        int first = begun ? 0 : Math.min(length, FIRST_WRITE_BYTES);
        if (first > 0) {
            write(out, array, offset, first);
        }
        if (first < length) {
            write(out, array, offset + first, length - first);
        } else if (first == length && length < contentLength) {
            // HTTP/2 would keep the first write until the next, which may be long in coming.
            flush();
        }
        begun = true;
        progress.sent(length);
    }

    /** Writes what stands between parts, which is ASCII. */
    void writeFraming(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        write(out, bytes, 0, bytes.length);
        begun = true;
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

    private static OutputStream stream(ServerResponse response) {
        OutputStream out = response.outputStream();
        // To who says TE: trailers, as Firefox does, Helidon's HTTP/2 would send one of its own.
        response.headers().remove(HeaderNames.TRAILER);
        return out;
    }

    private void flush() {
        try {
            out.flush();
        } catch (IOException | RuntimeException e) {
            throw new PeerGoneException(e);
        }
    }

    private static void write(OutputStream out, byte[] array, int offset, int length) {
        try {
            out.write(array, offset, length);
        } catch (IOException | RuntimeException e) {
            throw new PeerGoneException(e);
        }
    }
}
