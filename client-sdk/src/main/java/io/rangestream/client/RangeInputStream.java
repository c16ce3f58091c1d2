package io.rangestream.client;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/** The bytes of a {@link ChunkSource} as java.io wants them. One thread reads, any may close. */
final class RangeInputStream extends InputStream {
    private final ChunkSource source;
    private final Runnable whenDone;
    private ByteString chunk = ByteString.EMPTY;
    private int offset;
    private volatile boolean closed;

    /**
     * @param whenDone run at the end of the range and when this is closed, so maybe more than once
     */
    RangeInputStream(ChunkSource source, Runnable whenDone) {
        this.source = source;
        this.whenDone = whenDone;
    }

    @Override
    public int read() throws IOException {
        return fill() ? chunk.byteAt(offset++) & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int off, int len) throws IOException {
        Objects.checkFromIndexSize(off, len, target.length);
        if (len == 0) {
            ensureOpen();
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(len, remaining());
        chunk.substring(offset, offset + count).copyTo(target, off);
        offset += count;
        return count;
    }

    @Override
    public long skip(long n) throws IOException {
        ensureOpen();
        long left = n;
        while (left > 0 && fill()) {
            int count = (int) Math.min(left, remaining());
            offset += count;
            left -= count;
        }
        return Math.max(0, n) - Math.max(0, left);
    }

    @Override
    public int available() throws IOException {
        ensureOpen();
        return remaining();
    }

    @Override
    public long transferTo(OutputStream out) throws IOException {
        ByteOutput output = new Output(Objects.requireNonNull(out));
        long transferred = 0;
        while (fill()) {
            int count = remaining();
            UnsafeByteOperations.unsafeWriteTo(chunk.substring(offset), output);
            offset += count;
            transferred += count;
        }
        return transferred;
    }

    /** Gives up what was not read. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            source.cancel();
            whenDone.run();
        }
    }

    private int remaining() {
        return chunk.size() - offset;
    }

    /** Sees to it that there is a byte to give; false where the range is at its end. */
    private boolean fill() throws IOException {
        ensureOpen();
        if (remaining() > 0) {
            return true;
        }
        Optional<ByteString> next = source.next();
        chunk = next.orElse(ByteString.EMPTY);
        offset = 0;
        if (next.isEmpty()) {
            whenDone.run();
        }
        return next.isPresent();
    }

    private void ensureOpen() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
    }

    /** Hands chunks' arrays to a stream, which a ByteString itself does by a copy. */
    private static final class Output extends ByteOutput {
        private final OutputStream out;

        Output(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(byte value) throws IOException {
            out.write(value);
        }

        @Override
        public void write(byte[] value, int offset, int length) throws IOException {
            out.write(value, offset, length);
        }

        @Override
        public void writeLazy(byte[] value, int offset, int length) throws IOException {
            out.write(value, offset, length);
        }

        @Override
        public void write(ByteBuffer value) throws IOException {
            byte[] copy = new byte[value.remaining()];
            value.get(copy);
            out.write(copy);
        }

        @Override
        public void writeLazy(ByteBuffer value) throws IOException {
            write(value);
        }
    }
}
