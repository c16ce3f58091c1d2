package io.rangestream.client.internal.wire;

import com.google.protobuf.ByteString;

import io.rangestream.client.DataLossException;

import org.jspecify.annotations.Nullable;

/**
 * Verifies the messages of one range against the contract, for any rpc: one header with the
 * requested positions, chunks without gap or overlap and with matching checksums, and one end
 * message with matching totals. Does no I/O; for one thread at a time.
 */
public final class RangeVerifier {
    private enum Expected {
        HEADER,
        CHUNK_OR_END,
        NOTHING
    }

    private final Subject object;
    private final ResolvedRange range;
    private final RunningCrc32c crc32c = new RunningCrc32c();
    private Expected expected = Expected.HEADER;
    private long received;

    public RangeVerifier(Subject object, ResolvedRange range) {
        this.object = object;
        this.range = range;
    }

    /**
     * Verifies the header.
     *
     * @param firstPos the first position; null if the header has none, as for an empty object
     * @param lastPos the last position, inclusive; null if the header has none
     */
    public void header(@Nullable Long firstPos, @Nullable Long lastPos) throws DataLossException {
        check(expected == Expected.HEADER, "a second header");
        boolean matches =
                range.isEmpty()
                        ? firstPos == null && lastPos == null
                        : firstPos != null
                                && lastPos != null
                                && firstPos == range.firstPos()
                                && lastPos == range.lastPos();
        check(matches, "a header of another range than the requested one");
        expected = Expected.CHUNK_OR_END;
    }

    /** Verifies a chunk. Its bytes may be used after this method has returned. */
    public void chunk(long firstPos, ByteString data, int crc) throws DataLossException {
        check(expected == Expected.CHUNK_OR_END, "an unexpected chunk");
        check(!data.isEmpty(), "an empty chunk");
        check(firstPos == range.firstPos() + received, "a chunk at position " + firstPos);
        check(data.size() <= range.length() - received, "more bytes than were requested");
        check(crc32c.update(data) == crc, "a chunk that does not match its crc32c");
        received += data.size();
    }

    /** Verifies the end message. */
    public void end(long total, int crc) throws DataLossException {
        check(expected == Expected.CHUNK_OR_END, "an unexpected end");
        check(received == range.length(), "an end before the last byte");
        check(total == received, "an end with a total of " + total);
        check(crc == crc32c.ofAll(), "an end that does not match the crc32c of all chunks");
        expected = Expected.NOTHING;
    }

    boolean hasHeader() {
        return expected != Expected.HEADER;
    }

    /** Whether all bytes and the end message were received. */
    boolean isComplete() {
        return expected == Expected.NOTHING;
    }

    /** The number of bytes that were received. */
    public long received() {
        return received;
    }

    /** The object at the position of the next byte. */
    public Subject subject() {
        return object.at(range.firstPos() + received);
    }

    /**
     * Throws unless a condition holds.
     *
     * @param holds the condition
     * @param found what the server sent instead, for the message
     */
    public void check(boolean holds, String found) throws DataLossException {
        if (!holds) {
            throw ApiAccess.get().dataLoss(Failure.found(subject(), "the server sent " + found));
        }
    }
}
