package io.rangestream.transport;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;

/**
 * What an HTTP/2 connection writes, but for frames of DATA that say nothing. Helidon writes a head
 * only with a frame behind it, and with an empty one it can't be stuck there: that one is written
 * for the head's sake alone, and would be the first that a peer counts.
 */
final class FrameWriter implements DataWriter {
    private static final int HEAD_BYTES = 9;

    private final DataWriter delegate;

    FrameWriter(DataWriter delegate) {
        this.delegate = delegate;
    }

    /** Empty, and not its stream's last: length, type and flags (RFC 9113, section 4.1) are 0. */
    private static boolean saysNothing(BufferData frame) {
        if (frame.available() != HEAD_BYTES) {
            return false;
        }
        for (int i = 0; i < 5; i++) {
            if (frame.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void write(BufferData... buffers) {
        delegate.write(buffers);
    }

    @Override
    public void write(BufferData buffer) {
        if (!saysNothing(buffer)) {
            delegate.write(buffer);
        }
    }

    @Override
    public void writeNow(BufferData... buffers) {
        delegate.writeNow(buffers);
    }

    @Override
    public void writeNow(BufferData buffer) {
        if (!saysNothing(buffer)) {
            delegate.writeNow(buffer);
        }
    }

    @Override
    public void flush() {
        delegate.flush();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
