package io.rangestream.client.internal.read;

import com.google.protobuf.ByteString;

import io.rangestream.client.DataLossException;
import io.rangestream.client.RangeStreamException;
import io.rangestream.client.internal.wire.RangeVerifier;
import io.rangestream.client.internal.wire.ResolvedRange;
import io.rangestream.client.internal.wire.Subject;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.RangeChunk;
import io.rangestream.v1.RangeEnd;
import io.rangestream.v1.RangeHeader;
import io.rangestream.v1.RangeRead;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/**
 * One range of a vectored read: verifies its messages and collects its bytes in the caller's
 * buffer. Received bytes are kept when a call fails; the next call requests the rest. For the
 * thread of {@link VectoredRead#run}, except the future and {@link #readId}, which are for any
 * thread.
 */
public final class VectoredPart {
    /** Not a read id, which counts from 0. */
    private static final long NOT_REQUESTED = -1;

    private final Subject object;
    private final ResolvedRange range;
    private final IntFunction<ByteBuffer> allocator;
    private final CompletableFuture<ByteBuffer> future = new CompletableFuture<>();
    private @Nullable ByteBuffer buffer;
    private volatile long readId = NOT_REQUESTED;
    private volatile boolean over;

    /** The number of bytes that were received by earlier calls. */
    private long before;

    private RangeVerifier stream;
    private boolean confirms;
    private @Nullable RangeStreamException postponed;

    /**
     * Creates a part without bytes.
     *
     * @param object the object, for exceptions
     * @param range the range, of at most {@link Integer#MAX_VALUE} bytes
     * @param allocator allocates the buffer when the first bytes arrive
     */
    public VectoredPart(Subject object, ResolvedRange range, IntFunction<ByteBuffer> allocator) {
        if (range.length() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a range of " + range.length() + " bytes exceeds the maximum size of a buffer");
        }
        this.object = object;
        this.range = range;
        this.allocator = allocator;
        this.stream = new RangeVerifier(object, range);
    }

    /** The future that the caller has. */
    public CompletableFuture<ByteBuffer> future() {
        return future;
    }

    /** The read id in the last call that requested this part; negative before that. */
    long readId() {
        return readId;
    }

    /** The object at the position of the next byte. */
    Subject subject() {
        return stream.subject();
    }

    /**
     * The request for the rest of the range in a new call. If all bytes were received and only the
     * end message is missing, it requests the last byte again: its end message confirms that the
     * range ends there.
     */
    RangeRead request(long newReadId) {
        readId = newReadId;
        over = false;
        postponed = null;
        before += stream.received();
        if (before == range.length() && before > 0) {
            confirms = true;
            before--;
        }
        ResolvedRange rest = new ResolvedRange(range.firstPos() + before, range.length() - before);
        stream = new RangeVerifier(object, rest);
        RangeRead.Builder read = RangeRead.newBuilder().setReadId(newReadId);
        if (!rest.isEmpty()) {
            read.setIntRange(
                    IntRange.newBuilder().setFirstPos(rest.firstPos()).setLastPos(rest.lastPos()));
        }
        return read.build();
    }

    /** Records that the server has ended this part in the current call. */
    void over() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** Records a failure after which the part is requested again. */
    void postpone(RangeStreamException why) {
        postponed = why;
    }

    /** Fails the future, with the part's own failure if it has one. */
    void fail(Throwable why) {
        future.completeExceptionally(postponed == null ? why : postponed);
    }

    /** A verification of a message. No byte of the range was delivered yet. */
    private interface Check {
        void run() throws DataLossException;
    }

    /** Verifies a message. If it is invalid, the whole range is requested again. */
    private void orRestart(Check check) throws DataLossException {
        try {
            check.run();
        } catch (DataLossException e) {
            before = 0;
            confirms = false;
            stream = new RangeVerifier(object, range);
            throw e;
        }
    }

    void accept(RangeHeader header) throws DataLossException {
        orRestart(
                () ->
                        stream.header(
                                header.hasFirstPos() ? header.getFirstPos() : null,
                                header.hasLastPos() ? header.getLastPos() : null));
    }

    void accept(RangeChunk chunk) throws DataLossException {
        ByteString data = chunk.getData();
        int offset = (int) (before + stream.received());
        orRestart(() -> stream.chunk(chunk.getFirstPos(), data, chunk.getCrc32C()));
        ByteBuffer target = buffer();
        int at = target.position() + offset;
        if (confirms) {
            byte earlier = target.get(at);
            orRestart(
                    () ->
                            stream.check(
                                    data.byteAt(0) == earlier,
                                    "a different last byte than before"));
        }
        data.copyTo(target.duplicate().position(at));
    }

    void accept(RangeEnd end) throws DataLossException {
        orRestart(() -> stream.end(end.getTotalBytes(), end.getCrc32C()));
        future.complete(buffer());
    }

    private ByteBuffer buffer() {
        ByteBuffer made = buffer;
        if (made == null) {
            made = allocator.apply((int) range.length());
            if (made.isReadOnly() || made.remaining() < range.length()) {
                throw new IllegalArgumentException(
                        "the allocator's buffer has no room for "
                                + range.length()
                                + " bytes: "
                                + made);
            }
            made.limit(made.position() + (int) range.length());
            buffer = made;
        }
        return made;
    }
}
