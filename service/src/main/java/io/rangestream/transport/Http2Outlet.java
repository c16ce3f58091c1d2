package io.rangestream.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** A body over HTTP/2: Helidon writes the head and the end, and the stream all between. */
final class Http2Outlet extends OutputStream {
    private static final byte[] NO_BYTES = {};

    private final Http2Stream stream;
    private final OutputStream body;
    private boolean begun;

    Http2Outlet(Http2Stream stream, OutputStream body) {
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

    // With the second write the head goes out, and an empty frame, which needs no window and which
    // FrameWriter keeps.
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
