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
import java.util.OptionalLong;

/**
 * The bytes of one range of one version of an object, from its first to its last. It ends, by -1,
 * only when all of them have come and the server has said so; otherwise a read throws a {@link
 * RangeStreamException}, and so does each further one. {@code skip} and {@code available} ask the
 * server for nothing that a read would not. {@code available} is at least 1 while bytes of the
 * range are left to be read, even if the next of them has yet to arrive, and 0 only at its end:
 * readers such as {@link java.util.zip.GZIPInputStream} take a 0 for the end.
 *
 * <p>One thread reads, any may close; whoever reads then gets an {@link IOException} at once. To be
 * closed by whom it was given to. A thread that is interrupted while it waits gets an {@link
 * java.io.InterruptedIOException} and stays interrupted; the stream can't be read on then.
 *
 * <p>Once it is closed, {@code read}, {@code skip}, {@code available} and {@code transferTo} throw
 * an {@link IOException}, a read of no bytes too; until then a read of no bytes gives 0, also at
 * the end.
 */
public final class RangeInputStream extends InputStream {
    private final ChunkSource source;
    private final ObjectMetadata metadata;
    private final ResolvedRange range;
    private final Runnable whenDone;
    private ByteString chunk = ByteString.EMPTY;
    private int offset;
    // Of the range, in chunks that were taken from the source.
    private long received;
    private volatile boolean closed;

    /**
     * @param source gives the bytes of {@code range}
     * @param whenDone run at the end of the range and when this is closed, so maybe more than once
     */
    RangeInputStream(
            ChunkSource source, ObjectMetadata metadata, ResolvedRange range, Runnable whenDone) {
        this.source = source;
        this.metadata = metadata;
        this.range = range;
        this.whenDone = whenDone;
    }

    /**
     * The object that all bytes are of, in their version. Its checksum is there only where this is
     * of an {@link ObjectReader}.
     *
     * @return also after this is closed
     */
    public ObjectMetadata metadata() {
        return metadata;
    }

    /**
     * Where the range begins in the object.
     *
     * @return the position of the first byte, counted from 0; empty for an empty object
     */
    public OptionalLong firstPos() {
        return range.isEmpty() ? OptionalLong.empty() : OptionalLong.of(range.firstPos());
    }

    /**
     * Where the range ends in the object.
     *
     * @return the position of the last byte, inclusive; empty for an empty object
     */
    public OptionalLong lastPos() {
        return range.isEmpty() ? OptionalLong.empty() : OptionalLong.of(range.lastPos());
    }

    /**
     * How many bytes the range has, read or not.
     *
     * @return 0 for an empty object only
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
