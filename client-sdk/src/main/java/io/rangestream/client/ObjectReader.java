package io.rangestream.client;

import com.google.protobuf.ByteString;

import io.grpc.Deadline;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Reads one version of one object: all bytes that it ever gives are of the version that was there
 * when it was opened. That version's entity tag goes with each read, and its version id where the
 * store keeps versions; without either, each answer's length, entity tag and date are compared.
 * Once the object is another, reads end in {@link ObjectChangedException}.
 *
 * <p>A read gives every byte that was asked for, each checked against the server's CRC-32C, or
 * throws. Positions count from 0.
 *
 * <p>Safe for many threads; each stream that it gives is for one at a time. A thread that is
 * interrupted while it waits gets an {@link java.io.InterruptedIOException} and stays interrupted.
 */
public final class ObjectReader implements AutoCloseable {
    private final Connection connection;
    private final Pin pin;
    private final Set<Running> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    ObjectReader(Connection connection, Pin pin) {
        this.connection = connection;
        this.pin = pin;
    }

    /**
     * The object's metadata, as it was when this was opened.
     *
     * @return also after this is closed
     */
    public ObjectMetadata metadata() {
        return pin.metadata();
    }

    /**
     * All bytes of the object.
     *
     * @return as {@link #stream(ByteRange)}
     * @throws IOException where this or its client is closed
     */
    public RangeInputStream stream() throws IOException {
        return stream(ByteRange.whole());
    }

    /**
     * The bytes of a range. The server begins to send at once, and stops when about two megabytes
     * wait to be read.
     *
     * <p>Where the server or the way to it fails for a while, the stream goes on at the next byte
     * that it has not given, in the same version: see {@link
     * RangeStreamClient.Builder#retryBudget}. It ends, by -1, only when all bytes of the range have
     * come and the server has said so; otherwise it throws a {@link RangeStreamException}, and
     * again at each further read. Closing it gives up the rest at once, also while another thread
     * is waiting in a read.
     *
     * @param range cut off at the object's end; of an empty object every range is empty
     * @return to be closed by the caller
     * @throws RangeNotSatisfiableException where the range begins past the end of an object that is
     *     not empty, or is a suffix of no bytes
     * @throws IOException where this or its client is closed
     */
    public RangeInputStream stream(ByteRange range) throws IOException {
        return stream(range, ReadOptions.defaults());
    }

    /**
     * The bytes of a range, read as the options say.
     *
     * @param range cut off at the object's end; of an empty object every range is empty
     * @param options a deadline in them begins now, and goes on while nobody reads
     * @return as {@link #stream(ByteRange)}
     * @throws RangeNotSatisfiableException where the range begins past the end of an object that is
     *     not empty, or is a suffix of no bytes
     * @throws IOException where this or its client is closed
     */
    public RangeInputStream stream(ByteRange range, ReadOptions options) throws IOException {
        ResolvedRange resolved = resolve(range);
        ChunkSource source = start(resolved, Connection.deadline(options));
        return new RangeInputStream(source, metadata(), resolved, () -> running.remove(source));
    }

    private ResolvedRange resolve(ByteRange range) throws RangeNotSatisfiableException {
        long completeLength = metadata().completeLength();
        Optional<ResolvedRange> resolved = ResolvedRange.of(range, completeLength);
        if (resolved.isEmpty()) {
            throw new RangeNotSatisfiableException(
                    Failure.found(
                            subject(),
                            "bytes " + range + " of an object of " + completeLength + " bytes"),
                    completeLength);
        }
        return resolved.get();
    }

    /**
     * Reads the bytes from a position on into a buffer: as many as it has room for, or as there are
     * up to the object's end. The buffer's position moves behind the last of them. Where this
     * throws, it stays where it was, and what follows it in the buffer is undefined.
     *
     * @param position of the first byte; may be past the object's end
     * @param target not read-only
     * @return how many bytes were read; 0 where the buffer has no room, also past the end, but not
     *     once this is closed; -1 where it has, and the position is at or past the end of the
     *     object
     * @throws RangeStreamException where not all of these bytes could be had
     * @throws IOException where this or its client is closed
     * @throws IllegalArgumentException where the position is negative or the buffer read-only
     */
    public int read(long position, ByteBuffer target) throws IOException {
        requireReadable(position, target);
        ensureOpen();
        return read(position, target, source -> {});
    }

    /**
     * As {@link #read(long, ByteBuffer)}, but without waiting: up to 16 such reads of a client run
     * at once, the others wait for their turn in order. The buffer belongs to the read until the
     * future is completed by it.
     *
     * <p>Cancelling the future gives up the read. Its buffer is then best thrown away: bytes that
     * are just being copied may still get into it.
     *
     * @param position of the first byte; may be past the object's end
     * @param target not read-only
     * @return completed with what {@code read} would return, or with the exception that it would
     *     throw, on a thread of the client, which must not be kept long
     * @throws IllegalArgumentException where the position is negative or the buffer read-only
     */
    public CompletableFuture<Integer> readAsync(long position, ByteBuffer target) {
        requireReadable(position, target);
        return connection
                .asyncReads()
                .submit(
                        handle -> {
                            ensureOpen();
                            return read(position, target, handle::started);
                        });
    }

    /**
     * Reads many ranges by one call, without waiting: the server reads several at once, and what
     * lies near each other together. Each range's future is completed as soon as its last byte is
     * there, whatever becomes of the others; each byte is checked, and the read goes on after a
     * failure, as {@link #stream(ByteRange)} does. Up to 16 such calls and {@linkplain #readAsync
     * asynchronous reads} of a client run at once, the others wait for their turn in order.
     *
     * <p>Cancelling a future gives up its range alone; its buffer is then best thrown away. A range
     * that is not satisfiable fails alone too, by {@link RangeNotSatisfiableException}.
     *
     * @param ranges cut off at the object's end; any number, in any order, and they may overlap
     * @param allocator asked once for each range, by a thread of the client, shortly before its
     *     first bytes come; given the number of bytes, it returns a buffer with room for them that
     *     is not read-only. What it throws, the range's future fails by
     * @return one future for each range, in the order of the ranges: completed with the allocator's
     *     buffer, its position where it was and its limit behind the range's last byte, or with the
     *     exception that a read would throw; on a thread of the client, which must not be kept long
     * @throws IllegalArgumentException where a range has more than {@link Integer#MAX_VALUE} bytes
     */
    public List<CompletableFuture<ByteBuffer>> readVectored(
            List<ByteRange> ranges, IntFunction<ByteBuffer> allocator) {
        Objects.requireNonNull(allocator);
        List<VectoredPart> wanted = new ArrayList<>();
        List<CompletableFuture<ByteBuffer>> futures = new ArrayList<>();
        for (ByteRange range : ranges) {
            try {
                VectoredPart part = new VectoredPart(subject(), resolve(range), allocator);
                wanted.add(part);
                futures.add(part.future());
            } catch (RangeNotSatisfiableException e) {
                futures.add(CompletableFuture.failedFuture(e));
            }
        }
        start(wanted);
        return List.copyOf(futures);
    }

    private void start(List<VectoredPart> parts) {
        VectoredRead read = new VectoredRead(connection, pin, parts, running::remove);
        running.add(read);
        if (closed) {
            read.cancel();
        }
        if (!connection.asyncReads().execute(read)) {
            // It finds the client closed, which is what there is to say.
            read.run();
        }
    }

    /**
     * The bytes of a range as a publisher of read-only buffers, by the rules of Reactive Streams.
     * Each subscriber has a read of its own, which begins with the first buffer that it requests;
     * what it does not request is not asked of the server beyond about two megabytes, and held back
     * there. Each byte is checked, and the read goes on after a failure, as {@link
     * #stream(ByteRange)} does; {@code onComplete} comes only when all bytes of the range have come
     * and the server has said so.
     *
     * <p>{@code onSubscribe} comes on the subscriber's own thread, all other signals on threads of
     * the client, of which there are 16, shared with {@link #readAsync}. While nothing is requested
     * none is held; a subscriber whose buffers have yet to come from the server holds one. Signals
     * must not be kept long.
     *
     * <p>{@code onError} gets what {@code stream} and its reads would throw: {@link
     * RangeNotSatisfiableException} for a range that is not there, an {@link IOException} where
     * this is closed, also while nothing is requested, or where the client is; and {@link
     * IllegalArgumentException} after a request of no buffers or fewer. Cancelling ends the call at
     * once. A buffer stays as it is and may be kept.
     *
     * @param range cut off at the object's end; of an empty object every range is empty
     * @return for any number of subscribers, from any thread; holds nothing by itself
     */
    public Flow.Publisher<ByteBuffer> publisher(ByteRange range) {
        RangeSubscription.Opening opening = new RangeOfThis(Objects.requireNonNull(range));
        return subscriber ->
                RangeSubscription.begin(
                        Objects.requireNonNull(subscriber), opening, connection.asyncReads());
    }

    private final class RangeOfThis implements RangeSubscription.Opening {
        private final ByteRange range;

        RangeOfThis(ByteRange range) {
            this.range = range;
        }

        @Override
        public ResolvedRange resolve() throws IOException {
            ensureOpen();
            return ObjectReader.this.resolve(range);
        }

        @Override
        public ChunkSource start(ResolvedRange resolved) throws IOException {
            return ObjectReader.this.start(resolved);
        }

        @Override
        public void register(Running subscription) {
            running.add(subscription);
            if (closed) {
                subscription.cancel();
            }
        }

        @Override
        public void deregister(Running what) {
            running.remove(what);
        }
    }

    private static void requireReadable(long position, ByteBuffer target) {
        if (position < 0) {
            throw new IllegalArgumentException("position is negative: " + position);
        }
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("the buffer is read-only");
        }
    }

    private int read(long position, ByteBuffer target, Consumer<Running> started)
            throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        long rest = metadata().completeLength() - position;
        if (rest <= 0) {
            return -1;
        }
        int count = (int) Math.min(target.remaining(), rest);
        ByteBuffer window = target.duplicate();
        ChunkSource source = start(new ResolvedRange(position, count));
        try {
            started.accept(source);
            for (Optional<ByteString> chunk = source.next();
                    chunk.isPresent();
                    chunk = source.next()) {
                chunk.get().copyTo(window);
            }
        } finally {
            end(source);
        }
        target.position(window.position());
        return count;
    }

    /**
     * The object as a channel that can only be read. Its position begins at 0 and may be set past
     * the object's end, where a read gives -1. A read fills the buffer as far as the object goes,
     * or throws and moves neither the buffer's position nor the channel's.
     *
     * <p>After a position is set, little is asked of the server beyond what a read wants; the more
     * is read on from there, the more is asked for ahead, within {@link
     * RangeStreamClient.Builder#readAheadBytes}. A position a little further on, or in the chunk
     * that was read last, costs no call. Each byte is checked, and reads go on after a failure, as
     * {@link #stream(ByteRange)} does.
     *
     * <p>The channel is safe for many threads, which take turns. Once it is closed all of its
     * methods but {@code isOpen} and {@code close} throw {@link
     * java.nio.channels.ClosedChannelException}, a read into a buffer without room too, which gives
     * 0 until then. Closing it, or this, ends a read that another thread is waiting in, by {@link
     * java.nio.channels.AsynchronousCloseException}. An interrupted read ends in {@link
     * java.io.InterruptedIOException} and leaves the channel open. {@code write} and {@code
     * truncate} throw {@link java.nio.channels.NonWritableChannelException}.
     *
     * @return to be closed by the caller
     * @throws IOException where this or its client is closed
     */
    public SeekableByteChannel channel() throws IOException {
        ensureOpen();
        ReadAhead ahead =
                new ReadAhead(
                        range -> new ResumingRead(connection, pin, range, null),
                        metadata().completeLength(),
                        connection.readAhead(),
                        connection.onTheWayBytes());
        ObjectChannel channel = new ObjectChannel(ahead, running::remove);
        running.add(channel);
        if (closed) {
            channel.cancel();
        }
        return channel;
    }

    /**
     * Copies the object to a file. What was there under that name is replaced, in one step, when
     * all bytes are on the disk; until then they are in a temporary file in the same directory,
     * which is deleted where this throws. A symbolic link under that name is itself replaced, and
     * what it leads to stays as it is.
     *
     * @param file its directory must exist; not a directory, nor a link to one
     * @throws RangeStreamException where not all bytes could be had
     * @throws IOException where the file can't be written, or this or its client is closed
     */
    public void copyTo(Path file) throws IOException {
        FileCopy copy = new FileCopy(file);
        ChunkSource source = start(ResolvedRange.whole(metadata().completeLength()));
        try {
            copy.from(source);
        } finally {
            end(source);
        }
    }

    /**
     * Downloads the object to a file, several parts at once. What was there under that name is
     * replaced, in one step, when all bytes are on the disk; until then they are in a file in the
     * same directory whose name begins with {@code .rangestream-}.
     *
     * <p>Where this throws, also because its thread was interrupted, the parts that are complete
     * (of at most 16 MiB each, but for objects over 256 GiB) are left there, with a small file that
     * says which they are. The next download of the same version to the same file goes on with
     * them; that of another version, or where that small file is damaged, begins anew. Nothing is
     * left where {@link DownloadOptions#resume} is off, the object has neither a strong entity tag
     * nor a version, it has changed meanwhile, or no part was complete. A process that is killed
     * may leave either file.
     *
     * <p>Symbolic links are not followed: one under the file's name is itself replaced, one under
     * the name of a partial file is removed. A partial file that has a second name (a hard link) is
     * not gone on with either, and one that belongs to another user is refused.
     *
     * @param file its directory must exist; not a directory, nor a link to one; one download to it
     *     at a time
     * @param options how many parts at once, and so on
     * @throws RangeStreamException where not all bytes could be had
     * @throws java.nio.file.FileSystemException where the file can't be written; it names it
     * @throws java.io.InterruptedIOException where the thread is interrupted, which it stays
     * @throws IOException where this or its client is closed
     */
    public void downloadTo(Path file, DownloadOptions options) throws IOException {
        ensureOpen();
        try (PartialFile partial = PartialFile.open(file, pin, options.resume(), options.parts())) {
            new Download(this::start, this::end, partial, metadata().completeLength(), options)
                    .run();
        }
    }

    private ChunkSource start(ResolvedRange range) throws IOException {
        return start(range, null);
    }

    private ChunkSource start(ResolvedRange range, @Nullable Deadline by) throws IOException {
        ensureOpen();
        ChunkSource source = new ResumingRead(connection, pin, range, by);
        running.add(source);
        if (closed) {
            // Closed in between: by then it may have missed this one.
            source.cancel();
        }
        return source;
    }

    private void end(ChunkSource source) {
        source.cancel();
        running.remove(source);
    }

    private Subject subject() {
        return Subject.ofObject(metadata().bucket(), metadata().key());
    }

    private void ensureOpen() throws IOException {
        if (closed) {
            throw new IOException(subject() + ": the reader is closed");
        }
    }

    /** Ends all reads that are still going on. Idempotent; the client stays open. */
    @Override
    public void close() {
        closed = true;
        running.forEach(Running::cancel);
        running.clear();
    }
}
