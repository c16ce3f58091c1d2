package io.rangestream.client.internal.read;

import com.google.protobuf.ByteString;

import io.rangestream.client.internal.channel.ReadAheadBudget;
import io.rangestream.client.internal.channel.RunningRead;
import io.rangestream.client.internal.wire.ResolvedRange;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads an object at any position and reads ahead while the reads are sequential. It requests a
 * range of 64 KiB after a seek, twice as much each time a range was read to its end, and after 8
 * MiB one range to the object's end, which flow control limits. The bytes in flight are first
 * granted by the client's {@link ReadAheadBudget}. Used by one {@link ObjectChannel}.
 *
 * <p>For one thread at a time, except {@link #cancel}, which is for any thread.
 */
public final class ReadAhead implements RunningRead {
    /** After a seek, callers often read a header of a few KiB and seek again. */
    static final int FIRST_BYTES = 64 * 1024;

    /** After a sequential range of this size the next range extends to the object's end. */
    static final long LONGEST_BYTES = 8L * 1024 * 1024;

    /** A seek forward of at most this size skips bytes in flight, which is cheaper than a call. */
    static final long SKIP_BYTES = 512 * 1024;

    /** Starts a read of a range. */
    public interface Starter {
        ChunkSource start(ResolvedRange range) throws IOException;
    }

    /** A running read of a range, with its grant of the budget. */
    private record Ahead(ChunkSource source, long end, ReadAheadBudget.Grant grant) {
        void drop() {
            source.cancel();
            grant.release();
        }
    }

    private final Starter starter;
    private final long completeLength;
    private final ReadAheadBudget budget;
    private final long inFlightBytes;

    private volatile boolean cancelled;
    private volatile @Nullable Ahead ahead;
    private ByteString chunk = ByteString.EMPTY;
    private long chunkPos;
    private long nextBytes = FIRST_BYTES;

    /**
     * @param starter starts the read of a range
     * @param completeLength the object's length in bytes
     * @param budget grants the bytes in flight
     * @param inFlightBytes the most bytes of a range that are in flight
     */
    ReadAhead(Starter starter, long completeLength, ReadAheadBudget budget, long inFlightBytes) {
        this.inFlightBytes = inFlightBytes;
        this.starter = starter;
        this.completeLength = completeLength;
        this.budget = budget;
    }

    long completeLength() {
        return completeLength;
    }

    /**
     * Fills a buffer with the bytes from a position on, which must be within the object. If this
     * method throws, the buffer's content is undefined and the next call starts a new read.
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

    /** Reads until the byte at {@code position} is in the current chunk. */
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
        long held = Math.min(likely, inFlightBytes);
        ReadAheadBudget.Grant grant = budget.take(held, Math.min(held, FIRST_BYTES));
        // If the grant is complete, the range may be longer: no more bytes than that are in flight.
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
     * Takes the next chunk. After the last chunk of a range, waits for the end message before the
     * chunk is used.
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
