package io.rangestream.transport.http2;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * The body of a response over HTTP/2: Helidon writes the head and the end of the stream, and {@link
 * Http2Stream} the DATA frames between them. For the thread of the response.
 *
 * <p>Workaround for Helidon 4.5.0: a body's write that waits for the window can be ended only by a
 * timeout, and a head is sent only together with a DATA frame (not reported).
 */
final class Http2BodyStream extends OutputStream {
    private static final byte[] NO_BYTES = {};

    private final Http2Stream stream;
    private final OutputStream body;
    private boolean begun;

    Http2BodyStream(Http2Stream stream, OutputStream body) {
        this.stream = stream;
        this.body = body;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] array, int offset, int length) throws IOException {
        if (!begun) {
            begun = true;
            var _ = stream.inTurn(0, _ -> writeHead());
        }
        stream.writeBody(array, offset, length);
    }

    // Helidon sends the head with the second write, together with an empty DATA frame. That frame
    // needs no window, and FrameWriter drops it.
    private void writeHead() {
        try {
            body.write(NO_BYTES, 0, 0);
            body.write(NO_BYTES, 0, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
