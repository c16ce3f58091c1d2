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
    private RunningCrc32c crc32c = new RunningCrc32c();
    private @Nullable ByteBuffer buffer;
    private volatile long readId = NOT_ASKED;
    private long received;

    /** Where what this stream brings begins: not always where the range does. */
    private long streamStart;

    private boolean begun;
    private boolean confirms;

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
        return object.at(range.firstPos() + received);
    }

    /**
     * What to ask a new stream for. Where every byte was given and only the end mark is missing,
     * the last byte is asked for again: its end mark shows that the range did end there.
     */
    RangeRead ask(long newReadId) {
        readId = newReadId;
        begun = false;
        crc32c = new RunningCrc32c();
        if (received == range.length() && received > 0) {
            confirms = true;
            received--;
        }
        streamStart = received;
        RangeRead.Builder read = RangeRead.newBuilder().setReadId(newReadId);
        if (!range.isEmpty()) {
            read.setIntRange(
                    IntRange.newBuilder()
                            .setFirstPos(range.firstPos() + received)
                            .setLastPos(range.lastPos()));
        }
        return read.build();
    }

    void accept(RangeHeader header) throws DataLossException {
        check(!begun, "a second header");
        boolean asAsked =
                range.isEmpty()
                        ? !header.hasFirstPos() && !header.hasLastPos()
                        : header.hasFirstPos()
                                && header.hasLastPos()
                                && header.getFirstPos() == range.firstPos() + received
                                && header.getLastPos() == range.lastPos();
        check(asAsked, "a header of another range than was asked for");
        begun = true;
    }

    void accept(RangeChunk chunk) throws DataLossException {
        ByteString data = chunk.getData();
        check(begun, "a chunk before the header");
        check(!data.isEmpty(), "an empty chunk");
        check(
                chunk.getFirstPos() == range.firstPos() + received,
                "a chunk of position " + chunk.getFirstPos());
        check(data.size() <= range.length() - received, "more bytes than were asked for");
        check(crc32c.update(data) == chunk.getCrc32C(), "a chunk that does not match its crc32c");
        ByteBuffer target = buffer();
        if (confirms) {
            byte before = target.get(target.position() + (int) received);
            check(data.byteAt(0) == before, "another last byte than before");
        }
        data.copyTo(target.duplicate().position(target.position() + (int) received));
        received += data.size();
    }

    void accept(RangeEnd end) throws DataLossException {
        check(begun, "an end before the header");
        check(received == range.length(), "an end before the last byte");
        check(end.getTotal() == received - streamStart, "an end with a total of " + end.getTotal());
        check(end.getCrc32C() == crc32c.ofAll(), "an end that does not match the crc32c of all");
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

    /** Nothing of it was given yet: where something is wrong, all of it is asked for again. */
    private void check(boolean holds, String found) throws DataLossException {
        if (!holds) {
            Subject at = subject();
            received = 0;
            confirms = false;
            throw new DataLossException(Failure.found(at, "the server sent " + found));
        }
    }
}
