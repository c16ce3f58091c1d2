package io.rangestream.client;

import com.google.protobuf.ByteString;

import org.jspecify.annotations.Nullable;

/**
 * Holds what a server stream brings of one range against the contract, whichever rpc it is of: one
 * header of what was asked, chunks without gap or overlap, each with its sum, and one end with the
 * right totals. No I/O; for one thread at a time.
 */
final class RangeVerifier {
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

    /** Nothing of {@code range} has come yet. */
    RangeVerifier(Subject object, ResolvedRange range) {
        this.object = object;
        this.range = range;
    }

    /**
     * Takes the header.
     *
     * @param firstPos null where the server names none, as it must for an empty object
     * @param lastPos the same
     */
    void header(@Nullable Long firstPos, @Nullable Long lastPos) throws DataLossException {
        check(expected == Expected.HEADER, "a second header");
        boolean asAsked =
                range.isEmpty()
                        ? firstPos == null && lastPos == null
                        : firstPos != null
                                && lastPos != null
                                && firstPos == range.firstPos()
                                && lastPos == range.lastPos();
        check(asAsked, "a header of another range than was asked for");
        expected = Expected.CHUNK_OR_END;
    }

    /** Takes a chunk, whose bytes may be used once this returns. */
    void chunk(long firstPos, ByteString data, int crc) throws DataLossException {
        check(expected == Expected.CHUNK_OR_END, "a chunk out of turn");
        check(!data.isEmpty(), "an empty chunk");
        check(firstPos == range.firstPos() + received, "a chunk of position " + firstPos);
        check(data.size() <= range.length() - received, "more bytes than were asked for");
        check(crc32c.update(data) == crc, "a chunk that does not match its crc32c");
        received += data.size();
    }

    /** Takes the end mark. */
    void end(long total, int crc) throws DataLossException {
        check(expected == Expected.CHUNK_OR_END, "an end out of turn");
        check(received == range.length(), "an end before the last byte");
        check(total == received, "an end with a total of " + total);
        check(crc == crc32c.ofAll(), "an end that does not match the crc32c of all");
        expected = Expected.NOTHING;
    }

    boolean hasHeader() {
        return expected != Expected.HEADER;
    }

    /** Whether all bytes were received and the server has said so. */
    boolean isComplete() {
        return expected == Expected.NOTHING;
    }

    /** How many bytes of the range have come. */
    long received() {
        return received;
    }

    /** What is being read, at the next byte. */
    Subject subject() {
        return object.at(range.firstPos() + received);
    }

    /**
     * Finds fault with what came unless it is as it must be.
     *
     * @param found what the server sent, if not
     */
    void check(boolean holds, String found) throws DataLossException {
        if (!holds) {
            throw new DataLossException(Failure.found(subject(), "the server sent " + found));
        }
    }
}
