package io.rangestream.client;

import com.google.protobuf.ByteString;

import io.rangestream.v1.DataChunk;
import io.rangestream.v1.ReadEnd;
import io.rangestream.v1.ReadHeader;
import io.rangestream.v1.ReadRangeResponse;

import java.util.Optional;

/**
 * Holds the messages of one server stream against the contract: one header of what was asked,
 * chunks without gap or overlap, each with its sum, and one end with the right totals. No I/O.
 */
final class ReadVerifier {
    private enum Expected {
        HEADER,
        CHUNK_OR_END,
        NOTHING
    }

    private final Pin pin;
    private final ResolvedRange range;
    private final Subject object;
    private final RunningCrc32c crc32c = new RunningCrc32c();
    private Expected expected = Expected.HEADER;
    private long received;

    ReadVerifier(Pin pin, ResolvedRange range) {
        this.pin = pin;
        this.range = range;
        this.object = Subject.ofObject(pin.metadata().bucket(), pin.metadata().key());
    }

    /**
     * Takes the stream's next message.
     *
     * @return its bytes, where it has some
     */
    Optional<ByteString> accept(ReadRangeResponse part) throws RangeStreamException {
        return switch (part.getPartCase()) {
            case HEADER -> {
                check(expected == Expected.HEADER, "a second header");
                acceptHeader(part.getHeader());
                yield Optional.empty();
            }
            case CHUNK -> {
                check(expected == Expected.CHUNK_OR_END, "a chunk out of turn");
                yield Optional.of(acceptChunk(part.getChunk()));
            }
            case END -> {
                check(expected == Expected.CHUNK_OR_END, "an end out of turn");
                acceptEnd(part.getEnd());
                yield Optional.empty();
            }
            case PART_NOT_SET -> throw dataLoss("a message that is neither header, chunk nor end");
        };
    }

    private void acceptHeader(ReadHeader header) throws RangeStreamException {
        Optional<String> difference =
                pin.difference(Received.metadata(header.getMetadata(), subject()));
        if (difference.isPresent()) {
            throw new ObjectChangedException(
                    Failure.found(subject(), "the object was changed: " + difference.get()),
                    header.getMetadata().hasEtag() ? header.getMetadata().getEtag() : null);
        }
        boolean asAsked =
                range.isEmpty()
                        ? !header.hasFirstPos() && !header.hasLastPos()
                        : header.hasFirstPos()
                                && header.hasLastPos()
                                && header.getFirstPos() == range.firstPos()
                                && header.getLastPos() == range.lastPos();
        check(asAsked, "a header of another range than was asked for");
        expected = Expected.CHUNK_OR_END;
    }

    private ByteString acceptChunk(DataChunk chunk) throws RangeStreamException {
        ByteString data = chunk.getData();
        check(!data.isEmpty(), "an empty chunk");
        check(chunk.getFirstPos() == position(), "a chunk of position " + chunk.getFirstPos());
        check(data.size() <= range.length() - received, "more bytes than were asked for");
        check(crc32c.update(data) == chunk.getCrc32C(), "a chunk that does not match its crc32c");
        received += data.size();
        return data;
    }

    private void acceptEnd(ReadEnd end) throws RangeStreamException {
        check(received == range.length(), "an end before the last byte");
        check(end.getTotalBytes() == received, "an end with a total of " + end.getTotalBytes());
        check(end.getCrc32C() == crc32c.ofAll(), "an end that does not match the crc32c of all");
        expected = Expected.NOTHING;
    }

    boolean hasHeader() {
        return expected != Expected.HEADER;
    }

    /** Whether all bytes were received and the server has said so. */
    boolean isComplete() {
        return expected == Expected.NOTHING;
    }

    /** The position in the object of the next byte. */
    private long position() {
        return range.firstPos() + received;
    }

    /** What is being read, at the next byte. */
    Subject subject() {
        return object.at(position());
    }

    private void check(boolean holds, String found) throws DataLossException {
        if (!holds) {
            throw dataLoss(found);
        }
    }

    private DataLossException dataLoss(String found) {
        return new DataLossException(Failure.found(subject(), "the server sent " + found));
    }
}
