package io.rangestream.client;

import com.google.protobuf.ByteString;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads anywhere in an object by ranges, each larger than is asked for where the reads so far were
 * in sequence: 64 KiB after a seek, twice as much each time that a range was read to its end, and
 * from 8 MiB on one range to the object's end, which flow control holds back. What is on the way
 * unread is granted by the client's {@link ReadAheadBudget} first.
 *
 * <p>For one thread at a time, but {@link #cancel}, which is for any.
 */
final class ReadAhead implements Running {
    /** A seek often wants a header of a few KiB and goes elsewhere then. */
    static final int FIRST_BYTES = 64 * 1024;

    /** Who has read that much in sequence gets a stream to the end. */
    static final long LONGEST_BYTES = 8L * 1024 * 1024;

    /** So far ahead is read and thrown away, because it is on its way: a call costs more. */
    static final long SKIP_BYTES = 512 * 1024;

    /** Starts a read of a range. */
    interface Starter {
        ChunkSource start(ResolvedRange range) throws IOException;
    }

    /** A range that is being read, with what it holds of the budget. */
    private record Ahead(ChunkSource source, long end, ReadAheadBudget.Grant grant) {
        void drop() {
            source.cancel();
            grant.release();
        }
    }

    private final Starter starter;
    private final long completeLength;
    private final ReadAheadBudget budget;
    private final long onTheWayBytes;

    private volatile boolean cancelled;
    private volatile @Nullable Ahead ahead;
    private ByteString chunk = ByteString.EMPTY;
    private long chunkPos;
    private long nextBytes = FIRST_BYTES;

    /**
     * @param onTheWayBytes so much of a range is on its way at most
     */
    ReadAhead(Starter starter, long completeLength, ReadAheadBudget budget, long onTheWayBytes) {
        this.onTheWayBytes = onTheWayBytes;
        this.starter = starter;
        this.completeLength = completeLength;
        this.budget = budget;
    }

    long completeLength() {
        return completeLength;
    }

    /**
     * Fills {@code target} with the bytes from {@code position} on, which the object must have.
     * Where this throws, what follows the target's first position is undefined, and the next call
     * begins afresh.
     */
    void read(long position, ByteBuffer target) throws IOException {
        long at = position;
        try {
            while (target.hasRemaining()) {
                seek(at, target.remaining());
                int offset = (int) (at - chunkPos);
                int count = Math.min(target.remaining(), chunk.size() - offset);
                chunk.substring(offset, offset + count).copyTo(target);
                at += count;
            }
        } catch (IOException e) {
            drop();
            throw e;
        }
    }

    /** Sees to it that the byte at {@code position} is in the chunk. */
    private void seek(long position, int wanted) throws IOException {
        if (position < chunkPos || position - chunkEnd() > SKIP_BYTES) {
            drop();
            nextBytes = FIRST_BYTES;
            chunkPos = position;
        }
        while (position >= chunkEnd()) {
            Ahead open = ahead;
            if (open == null || position >= open.end()) {
                drop();
                chunkPos = position;
                open = start(position, wanted);
            }
            take(open);
        }
    }

    private Ahead start(long position, int wanted) throws IOException {
        long rest = completeLength - position;
        long likely = nextBytes > LONGEST_BYTES ? rest : Math.min(nextBytes, rest);
        nextBytes = Math.min(2 * nextBytes, 2 * LONGEST_BYTES);
        long held = Math.min(likely, onTheWayBytes);
        ReadAheadBudget.Grant grant = budget.take(held, Math.min(held, FIRST_BYTES));
        // Of a range that is granted in full, no more is on its way at once than that.
        long length = grant.bytes() == held ? likely : grant.bytes();
        length = Math.max(length, Math.min(wanted, rest));
        try {
            Ahead started =
                    new Ahead(
                            starter.start(new ResolvedRange(position, length)),
                            position + length,
                            grant);
            ahead = started;
            if (cancelled) {
                started.drop();
            }
            return started;
        } catch (IOException e) {
            grant.release();
            throw e;
        }
    }

    /**
     * Takes the next chunk. Behind a range's last one its end mark is awaited before it is used.
     */
    private void take(Ahead open) throws IOException {
        Optional<ByteString> next = open.source().next();
        if (next.isEmpty()) {
            throw new IllegalStateException("a range ended before its last byte");
        }
        chunkPos = chunkEnd();
        chunk = next.get();
        if (chunkEnd() == open.end()) {
            open.source().next();
        }
    }

    private long chunkEnd() {
        return chunkPos + chunk.size();
    }

    private void drop() {
        Ahead open = ahead;
        ahead = null;
        chunk = ByteString.EMPTY;
        if (open != null) {
            open.drop();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        Ahead open = ahead;
        if (open != null) {
            open.drop();
        }
    }
}
