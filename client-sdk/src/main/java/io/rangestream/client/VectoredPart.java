package io.rangestream.client;

import com.google.protobuf.ByteString;

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
 * One range of a vectored read: what it has got so far, held against what the server says of it.
 * What was got stays when a stream breaks, and the next is asked for the rest. For the thread that
 * reads, but for the future and {@link #readId}.
 */
final class VectoredPart {
    /** The id of no range: those that are asked for count from 0. */
    private static final long NOT_ASKED = -1;

    private final Subject object;
    private final ResolvedRange range;
    private final IntFunction<ByteBuffer> allocator;
    private final CompletableFuture<ByteBuffer> future = new CompletableFuture<>();
    private @Nullable ByteBuffer buffer;
    private volatile long readId = NOT_ASKED;
    private volatile boolean over;

    /** How many bytes came by streams before the one of this moment. */
    private long before;

    private RangeVerifier stream;
    private boolean confirms;
    private @Nullable RangeStreamException postponed;

    /**
     * Nothing of it is there yet.
     *
     * @param range at most {@link Integer#MAX_VALUE} bytes
     * @param allocator gives the buffer, once, when the first bytes are about to come
     */
    VectoredPart(Subject object, ResolvedRange range, IntFunction<ByteBuffer> allocator) {
        if (range.length() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("no buffer has " + range.length() + " bytes");
        }
        this.object = object;
        this.range = range;
        this.allocator = allocator;
        this.stream = new RangeVerifier(object, range);
    }

    /** What the caller has of it. */
    CompletableFuture<ByteBuffer> future() {
        return future;
    }

    /** By which it went on the last stream that was asked for it; of no range before that. */
    long readId() {
        return readId;
    }

    /** What is being read, at the next byte. */
    Subject subject() {
        return stream.subject();
    }

    /**
     * What to ask a new stream for. Where every byte was given and only the end mark is missing,
     * the last byte is asked for again: its end mark shows that the range did end there.
     */
    RangeRead ask(long newReadId) {
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

    /** The server has said its last word of it on the stream of this moment. */
    void over() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** The server could not read it just now. */
    void postpone(RangeStreamException why) {
        postponed = why;
    }

    /** Ends it without its bytes, by its own reason where it has one. */
    void fail(Throwable why) {
        future.completeExceptionally(postponed == null ? why : postponed);
    }

    /** What is checked here came of this range; nothing of it was given yet. */
    private interface Check {
        void run() throws DataLossException;
    }

    /** Where something is wrong, all of the range is asked for again. */
    private void orFromTheStart(Check check) throws DataLossException {
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
        orFromTheStart(
                () ->
                        stream.header(
                                header.hasFirstPos() ? header.getFirstPos() : null,
                                header.hasLastPos() ? header.getLastPos() : null));
    }

    void accept(RangeChunk chunk) throws DataLossException {
        ByteString data = chunk.getData();
        int offset = (int) (before + stream.received());
        orFromTheStart(() -> stream.chunk(chunk.getFirstPos(), data, chunk.getCrc32C()));
        ByteBuffer target = buffer();
        int at = target.position() + offset;
        if (confirms) {
            byte earlier = target.get(at);
            orFromTheStart(
                    () -> stream.check(data.byteAt(0) == earlier, "another last byte than before"));
        }
        data.copyTo(target.duplicate().position(at));
    }

    void accept(RangeEnd end) throws DataLossException {
        orFromTheStart(() -> stream.end(end.getTotalBytes(), end.getCrc32C()));
        future.complete(buffer());
    }

    private ByteBuffer buffer() {
        ByteBuffer made = buffer;
        if (made == null) {
            made = allocator.apply((int) range.length());
            if (made.isReadOnly() || made.remaining() < range.length()) {
                throw new IllegalArgumentException(
                        "the allocator gave no room for " + range.length() + " bytes: " + made);
            }
            made.limit(made.position() + (int) range.length());
            buffer = made;
        }
        return made;
    }
}
