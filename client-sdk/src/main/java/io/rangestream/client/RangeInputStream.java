package io.rangestream.client;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import io.rangestream.client.internal.read.ChunkSource;
import io.rangestream.client.internal.wire.ResolvedRange;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The bytes of one range of one version of an object. It returns -1 only after all bytes and the
 * server's end message were received; otherwise a read throws a {@link RangeStreamException}, and
 * each further read throws it again. {@code skip} and {@code available} make no further calls.
 * {@code available} is at least 1 until the end of the range, even if the next byte has not arrived
 * yet, because readers such as {@link java.util.zip.GZIPInputStream} take 0 for the end.
 *
 * <p>One thread reads; any thread may close the stream, and a waiting read then throws an {@link
 * IOException} immediately. The caller closes the stream. A thread that is interrupted while it
 * waits gets an {@link java.io.InterruptedIOException} and stays interrupted; each further read
 * fails too.
 *
 * <p>Once the stream is closed, {@code read}, {@code skip}, {@code available} and {@code
 * transferTo} throw an {@link IOException}, also for a read of 0 bytes. Before that a read of 0
 * bytes returns 0, also at the end.
 */
public final class RangeInputStream extends InputStream {
    private final ChunkSource source;
    private final ObjectMetadata metadata;
    private final ResolvedRange range;
    private final Runnable whenDone;
    private ByteString chunk = ByteString.EMPTY;
    private int offset;
    // Bytes of the range in the chunks that were taken from the source.
    private long received;
    private volatile boolean closed;

    /**
     * @param source the bytes of {@code range}
     * @param whenDone runs at the end of the range and when the stream is closed, possibly twice
     */
    RangeInputStream(
            ChunkSource source, ObjectMetadata metadata, ResolvedRange range, Runnable whenDone) {
        this.source = source;
        this.metadata = metadata;
        this.range = range;
        this.whenDone = whenDone;
    }

    /**
     * The metadata of the version that the bytes are of. It has a checksum only if the stream is of
     * an {@link ObjectReader}.
     *
     * @return the metadata, also after the stream is closed
     */
    public ObjectMetadata metadata() {
        return metadata;
    }

    /**
     * The first position of the range in the object.
     *
     * @return the position of the first byte, counted from 0; empty for an empty object
     */
    public OptionalLong firstPos() {
        return range.isEmpty() ? OptionalLong.empty() : OptionalLong.of(range.firstPos());
    }

    /**
     * The last position of the range in the object.
     *
     * @return the position of the last byte, inclusive; empty for an empty object
     */
    public OptionalLong lastPos() {
        return range.isEmpty() ? OptionalLong.empty() : OptionalLong.of(range.lastPos());
    }

    /**
     * The length of the range.
     *
     * @return the number of bytes, read or not; 0 only for an empty object
     */
    public long length() {
        return range.length();
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
        if (remaining() > 0) {
            return remaining();
        }
        // GZIPInputStream before JDK 23 takes 0 for the end of its input (JDK-7036144).
        return received < range.length() ? 1 : 0;
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

    /** Cancels the rest of the read. Idempotent. */
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

    /** Waits until a byte is buffered; false at the end of the range. */
    private boolean fill() throws IOException {
        ensureOpen();
        if (remaining() > 0) {
            return true;
        }
        Optional<ByteString> next = source.next();
        chunk = next.orElse(ByteString.EMPTY);
        offset = 0;
        received += chunk.size();
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

    /** Writes the arrays of chunks to a stream, which ByteString would copy. */
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
