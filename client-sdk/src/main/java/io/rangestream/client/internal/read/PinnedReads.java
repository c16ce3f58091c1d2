package io.rangestream.client.internal.read;

import com.google.protobuf.ByteString;

import io.grpc.Deadline;
import io.rangestream.client.ByteRange;
import io.rangestream.client.ObjectMetadata;
import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeNotSatisfiableException;
import io.rangestream.client.internal.channel.AsyncReads;
import io.rangestream.client.internal.channel.Connection;
import io.rangestream.client.internal.channel.RunningRead;
import io.rangestream.client.internal.wire.ApiAccess;
import io.rangestream.client.internal.wire.Failure;
import io.rangestream.client.internal.wire.Pin;
import io.rangestream.client.internal.wire.ResolvedRange;
import io.rangestream.client.internal.wire.Subject;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The running reads of one {@link ObjectReader}, all pinned to its version. It starts reads, keeps
 * them until they end, and cancels those that are running when the reader is closed. Safe for
 * several threads.
 */
public final class PinnedReads implements AutoCloseable {
    private final Connection connection;
    private final Pin pin;
    private final Set<RunningRead> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public PinnedReads(Connection connection, Pin pin) {
        this.connection = connection;
        this.pin = pin;
    }

    public Pin pin() {
        return pin;
    }

    public ObjectMetadata metadata() {
        return pin.metadata();
    }

    /** The threads for reads that no caller waits for. */
    public AsyncReads async() {
        return connection.asyncReads();
    }

    /** The object, for exceptions. */
    public Subject subject() {
        return pin.subject();
    }

    /** The positions of a range in the object. */
    public ResolvedRange resolve(ByteRange range) throws RangeNotSatisfiableException {
        long completeLength = metadata().completeLength();
        Optional<ResolvedRange> resolved = ResolvedRange.of(range, completeLength);
        if (resolved.isEmpty()) {
            throw ApiAccess.get()
                    .rangeNotSatisfiable(
                            Failure.found(
                                    subject(),
                                    "bytes "
                                            + range
                                            + " of an object of "
                                            + completeLength
                                            + " bytes"),
                            completeLength);
        }
        return resolved.get();
    }

    /** Starts a read without a deadline. */
    public ChunkSource start(ResolvedRange range) throws IOException {
        return start(range, null);
    }

    /**
     * Starts a read.
     *
     * @param range the range to read
     * @param by the deadline of the whole read; null for none
     * @return the read, to be ended by {@link #end} or {@link #deregister}
     * @throws IOException if the reader or its client is closed
     */
    public ChunkSource start(ResolvedRange range, @Nullable Deadline by) throws IOException {
        ensureOpen();
        return register(new ResumingRead(connection, pin, range, by));
    }

    /** Starts a vectored read, which completes the futures of its parts. */
    public void start(List<VectoredPart> parts) {
        VectoredRead read = register(new VectoredRead(connection, pin, parts, this::deregister));
        IOException rejected = async().execute(read);
        if (rejected != null) {
            parts.forEach(part -> part.fail(rejected));
            deregister(read);
        }
    }

    /** Opens a channel without a deadline. */
    public ObjectChannel channel() throws IOException {
        ensureOpen();
        ReadAhead ahead =
                new ReadAhead(
                        range -> new ResumingRead(connection, pin, range, null),
                        metadata().completeLength(),
                        connection.readAhead(),
                        connection.inFlightBytes());
        return register(new ObjectChannel(ahead, this::deregister));
    }

    /**
     * Reads into a buffer, as {@link ObjectReader#read} does.
     *
     * @param position the position of the first byte, not negative
     * @param target a buffer that is not read-only
     * @param started receives the read that is to be cancelled if the result is no longer needed
     * @return the number of bytes that were read; -1 at or past the object's end
     */
    public int read(long position, ByteBuffer target, Consumer<RunningRead> started)
            throws IOException {
        ensureOpen();
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

    /** Keeps something that is to be cancelled when the reader is closed. */
    <R extends RunningRead> R register(R read) {
        running.add(read);
        if (closed) {
            // close() may have run before the read was added.
            read.cancel();
        }
        return read;
    }

    public void deregister(RunningRead read) {
        running.remove(read);
    }

    /** Cancels a read, if it is still running, and forgets it. */
    public void end(ChunkSource source) {
        source.cancel();
        deregister(source);
    }

    public void ensureOpen() throws IOException {
        if (closed) {
            throw new IOException(subject() + ": the reader is closed");
        }
    }

    /** Cancels all running reads. Idempotent. */
    @Override
    public void close() {
        closed = true;
        running.forEach(RunningRead::cancel);
        running.clear();
    }
}
