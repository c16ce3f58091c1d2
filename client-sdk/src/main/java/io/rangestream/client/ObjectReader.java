package io.rangestream.client;

import io.rangestream.client.internal.channel.Connection;
import io.rangestream.client.internal.download.Download;
import io.rangestream.client.internal.download.FileCopy;
import io.rangestream.client.internal.download.PartialFile;
import io.rangestream.client.internal.read.ChunkSource;
import io.rangestream.client.internal.read.PinnedReads;
import io.rangestream.client.internal.read.RangeSubscription;
import io.rangestream.client.internal.read.VectoredPart;
import io.rangestream.client.internal.wire.Pin;
import io.rangestream.client.internal.wire.ResolvedRange;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.IntFunction;

/**
 * Reads one version of one object: the version that was current, or was requested, when the reader
 * was opened. Each read sends that version's strong entity tag and its version id, if it has them;
 * without either, the length, entity tag and date of each response are compared. When the object
 * changes, reads fail with {@link ObjectChangedException}.
 *
 * <p>A read delivers all requested bytes, each verified by the server's CRC-32C, or throws.
 * Positions count from 0.
 *
 * <p>The reader is safe for several threads; each stream that it returns is for one thread at a
 * time. A thread that is interrupted while it waits gets an {@link java.io.InterruptedIOException}
 * and stays interrupted.
 */
public final class ObjectReader implements AutoCloseable {
    private final PinnedReads reads;

    ObjectReader(Connection connection, Pin pin) {
        this.reads = new PinnedReads(connection, pin);
    }

    /**
     * The object's metadata at the time when the reader was opened.
     *
     * @return the metadata, also after the reader is closed
     */
    public ObjectMetadata metadata() {
        return reads.metadata();
    }

    /**
     * Streams the whole object.
     *
     * @return a stream as of {@link #stream(ByteRange)}
     * @throws IOException if this reader or its client is closed
     */
    public RangeInputStream stream() throws IOException {
        return stream(ByteRange.whole());
    }

    /**
     * Streams a range. The server starts to send immediately, and pauses when about two megabytes
     * are buffered.
     *
     * <p>If the server or the network fails, the stream resumes at the next byte, in the same
     * version: see {@link RangeStreamClientBuilder#retryBudget}. It returns -1 only after all bytes
     * and the server's end message were received; otherwise each further read throws the same
     * {@link RangeStreamException}. Closing the stream cancels the read immediately, also while
     * another thread waits in it.
     *
     * @param range the range, cut off at the object's end; all ranges of an empty object are empty
     * @return a stream, to be closed by the caller
     * @throws RangeNotSatisfiableException if the object is not empty and the range begins past its
     *     end or is a suffix of 0 bytes
     * @throws IOException if this reader or its client is closed
     */
    public RangeInputStream stream(ByteRange range) throws IOException {
        return stream(range, ReadOptions.defaults());
    }

    /**
     * Streams a range with options.
     *
     * @param range the range, cut off at the object's end; all ranges of an empty object are empty
     * @param options the options; a deadline in them starts now and includes the time between reads
     * @return a stream as of {@link #stream(ByteRange)}
     * @throws RangeNotSatisfiableException if the object is not empty and the range begins past its
     *     end or is a suffix of 0 bytes
     * @throws IOException if this reader or its client is closed
     */
    public RangeInputStream stream(ByteRange range, ReadOptions options) throws IOException {
        ResolvedRange resolved = reads.resolve(range);
        ChunkSource source = reads.start(resolved, Connection.deadline(options));
        return new RangeInputStream(source, metadata(), resolved, () -> reads.deregister(source));
    }

    /**
     * Reads into a buffer from a position on, until the buffer is full or the object ends. The
     * buffer's position advances by the number of bytes. If this method throws, the buffer's
     * position is unchanged and its content behind the position is undefined.
     *
     * @param position the position of the first byte, not negative; may be past the object's end
     * @param target the buffer, not read-only
     * @return the number of bytes; 0 if the buffer has no room; -1 if it has room and the position
     *     is at or past the object's end
     * @throws RangeStreamException if not all of these bytes can be read
     * @throws IOException if this reader or its client is closed
     * @throws IllegalArgumentException if the position is negative or the buffer is read-only
     */
    public int read(long position, ByteBuffer target) throws IOException {
        requireReadable(position, target);
        return reads.read(position, target, source -> {});
    }

    /**
     * Reads into a buffer asynchronously, as {@link #read(long, ByteBuffer)} does. Up to 16
     * asynchronous reads of a client run at once, the others wait in order; {@link
     * RangeStreamClientBuilder#asyncExecutor} replaces these threads. The buffer must not be used
     * until the read has completed the future.
     *
     * <p>Cancelling the future cancels the read. The buffer should then be discarded, because bytes
     * may still be copied into it.
     *
     * @param position the position of the first byte, not negative; may be past the object's end
     * @param target the buffer, not read-only
     * @return a future, completed on a thread of the client with the value or the exception of
     *     {@code read}; its dependents must not block that thread
     * @throws IllegalArgumentException if the position is negative or the buffer is read-only
     */
    public CompletableFuture<Integer> readAsync(long position, ByteBuffer target) {
        requireReadable(position, target);
        return reads.async().submit(handle -> reads.read(position, target, handle::started));
    }

    private static void requireReadable(long position, ByteBuffer target) {
        if (position < 0) {
            throw new IllegalArgumentException("position is negative: " + position);
        }
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("the buffer is read-only");
        }
    }

    /**
     * Reads several ranges by one call, asynchronously. The server reads several ranges at once and
     * coalesces ranges that are near each other. Each future completes as soon as the last byte of
     * its range is received, independently of the others. Bytes are verified and failures resumed
     * as by {@link #stream(ByteRange)}. Vectored reads share the threads of {@link #readAsync}.
     *
     * <p>Cancelling a future cancels only its range; the buffer should then be discarded. A range
     * that is not satisfiable fails alone, with {@link RangeNotSatisfiableException}.
     *
     * @param ranges the ranges, cut off at the object's end; any number, in any order, may overlap
     * @param allocator called once for each range, on a thread of the client, when its first bytes
     *     arrive: returns a buffer that is not read-only and has room for the given number of
     *     bytes. An exception that it throws fails the future of that range
     * @return a future for each range, in the order of the ranges: completed on a thread of the
     *     client with the allocator's buffer, its position unchanged and its limit behind the
     *     range's last byte, or with the exception of a read; its dependents must not block that
     *     thread
     * @throws IllegalArgumentException if a range has more than {@link Integer#MAX_VALUE} bytes
     */
    public List<CompletableFuture<ByteBuffer>> readVectored(
            List<ByteRange> ranges, IntFunction<ByteBuffer> allocator) {
        Objects.requireNonNull(allocator);
        List<VectoredPart> wanted = new ArrayList<>();
        List<CompletableFuture<ByteBuffer>> futures = new ArrayList<>();
        for (ByteRange range : ranges) {
            try {
                VectoredPart part =
                        new VectoredPart(reads.subject(), reads.resolve(range), allocator);
                wanted.add(part);
                futures.add(part.future());
            } catch (RangeNotSatisfiableException e) {
                futures.add(CompletableFuture.failedFuture(e));
            }
        }
        reads.start(wanted);
        return List.copyOf(futures);
    }

    /**
     * Publishes a range as read-only buffers, by the rules of Reactive Streams. Each subscriber has
     * a separate read, which starts with its first request. The server pauses when about two
     * megabytes are buffered that are not requested. Bytes are verified and failures resumed as by
     * {@link #stream(ByteRange)}; {@code onComplete} is signalled only after all bytes and the
     * server's end message were received.
     *
     * <p>{@code onSubscribe} is signalled on the subscribing thread, all other signals on the
     * threads of {@link #readAsync}. A subscriber holds a thread only while it has unmet demand.
     * Signals must not block for long. A buffer may be kept; it does not change.
     *
     * <p>{@code onError} gets the exceptions of {@code stream} and its reads: {@link
     * RangeNotSatisfiableException}, an {@link IOException} if this reader is closed (also without
     * demand) or its client is, and {@link IllegalArgumentException} for a request of less than 1.
     * Cancelling the subscription cancels the call immediately.
     *
     * @param range the range, cut off at the object's end; all ranges of an empty object are empty
     * @return a publisher for any number of subscribers, safe for several threads, which holds no
     *     resources
     */
    public Flow.Publisher<ByteBuffer> publisher(ByteRange range) {
        Objects.requireNonNull(range);
        return subscriber ->
                RangeSubscription.begin(Objects.requireNonNull(subscriber), reads, range);
    }

    /**
     * Opens the object as a read-only channel. Its position starts at 0 and may be set past the
     * object's end, where a read returns -1. A read fills the buffer up to the object's end, or
     * throws and changes neither the buffer's position nor the channel's.
     *
     * <p>After a seek the channel requests few bytes; it reads ahead more with each sequential
     * read, within {@link RangeStreamClientBuilder#readAheadBytes}. A short seek forward, or one
     * within the last chunk, makes no call. Bytes are verified and failures resumed as by {@link
     * #stream(ByteRange)}.
     *
     * <p>The channel is safe for several threads; their operations are serialized. Once it is
     * closed, all methods except {@code isOpen} and {@code close} throw {@link
     * java.nio.channels.ClosedChannelException}, also a read into a buffer without room. If the
     * channel or this reader is closed, a read that waits in another thread throws {@link
     * java.nio.channels.AsynchronousCloseException}. An interrupted read throws {@link
     * java.io.InterruptedIOException} and leaves the channel open. {@code write} and {@code
     * truncate} throw {@link java.nio.channels.NonWritableChannelException}.
     *
     * @return a channel, to be closed by the caller
     * @throws IOException if this reader or its client is closed
     */
    public SeekableByteChannel channel() throws IOException {
        return reads.channel();
    }

    /**
     * Copies the object to a file by one stream. The bytes are written to a temporary file in the
     * same directory, which atomically replaces the target when all bytes are on disk, and is
     * deleted if this method throws. If the target is a symbolic link, the link is replaced and the
     * file that it points to is unchanged.
     *
     * @param file the target; its directory must exist; not a directory or a link to one
     * @throws RangeStreamException if not all bytes can be read
     * @throws IOException if the file can't be written, or this reader or its client is closed
     */
    public void copyTo(Path file) throws IOException {
        FileCopy copy = new FileCopy(file);
        ChunkSource source = reads.start(ResolvedRange.whole(metadata().completeLength()));
        try {
            copy.from(source);
        } finally {
            reads.end(source);
        }
    }

    /**
     * Downloads the object to a file by several concurrent parts. The bytes are written to a
     * partial file {@code .rangestream-….part} in the same directory, which atomically replaces the
     * target when all bytes are on disk.
     *
     * <p>If this method throws, also because its thread is interrupted, the complete parts (of at
     * most 16 MiB each, unless the object is over 256 GiB) stay in that file, with a small state
     * file that lists them. The next download of the same version to the same target resumes with
     * them; a download of another version, or with a damaged state file, starts anew. No file is
     * left if {@link DownloadOptions#resume} is off, if the object has neither a strong entity tag
     * nor a version id, if it has changed, or if no part is complete. A killed process may leave
     * both files.
     *
     * <p>Symbolic links are not followed: a link at the target is replaced, a link at a partial
     * file is removed. A partial file that has another hard link is not resumed, and one that
     * belongs to another user is refused.
     *
     * @param file the target; its directory must exist; not a directory or a link to one; only one
     *     download to it may run at a time
     * @param options the number of concurrent parts and so on
     * @throws RangeStreamException if not all bytes can be read
     * @throws java.nio.file.FileSystemException if the file can't be written; it names the target
     * @throws java.io.InterruptedIOException if the thread is interrupted, which it stays
     * @throws IOException if this reader or its client is closed
     */
    public void downloadTo(Path file, DownloadOptions options) throws IOException {
        reads.ensureOpen();
        try (PartialFile partial =
                PartialFile.open(file, reads.pin(), options.resume(), options.parts())) {
            new Download(reads::start, reads::end, partial, metadata().completeLength(), options)
                    .run();
        }
    }

    /** Cancels all running reads. The client stays open. Idempotent. */
    @Override
    public void close() {
        reads.close();
    }
}
