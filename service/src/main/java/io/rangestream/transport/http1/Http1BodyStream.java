package io.rangestream.transport.http1;

import io.rangestream.transport.ActiveResponse;
import io.rangestream.transport.ResponseEndedException;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The body of a response over HTTP/1.1: passes writes to Helidon's stream and records when each
 * begins and ends, so that the watchdog detects a paused client. For the thread of the response.
 *
 * <p>Workaround for Helidon 4.5.0: the first write of a body is copied, together with the head,
 * into one growing buffer (not reported).
 */
final class Http1BodyStream extends OutputStream {
    // Small, because Helidon copies it.
    private static final int FIRST_WRITE_BYTES = 2048;

    private final OutputStream body;
    private final ActiveResponse reader;
    private boolean begun;

    Http1BodyStream(OutputStream body, ActiveResponse reader) {
        this.body = body;
        this.reader = reader;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] array, int offset, int length) throws IOException {
        if (reader.isEnded()) {
            throw new ResponseEndedException();
        }
        int first = begun ? 0 : Math.min(length, FIRST_WRITE_BYTES);
        begun = true;
        reader.writeBegins();
        try {
            if (first > 0) {
                body.write(array, offset, first);
            }
            if (first < length) {
                body.write(array, offset + first, length - first);
            }
        } finally {
            reader.writeEnds();
        }
    }

    @Override
    public void flush() throws IOException {
        body.flush();
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
