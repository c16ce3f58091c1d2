package io.rangestream.client;

import com.google.protobuf.ByteString;

import io.rangestream.v1.DataChunk;
import io.rangestream.v1.ReadEnd;
import io.rangestream.v1.ReadHeader;
import io.rangestream.v1.ReadRangeResponse;

import java.util.Optional;

/**
 * Holds the messages of one ReadRange against the contract, and its header against the version that
 * is read. No I/O.
 */
final class ReadVerifier {
    private final Pin pin;
    private final RangeVerifier range;

    ReadVerifier(Pin pin, ResolvedRange range) {
        this.pin = pin;
        this.range =
                new RangeVerifier(
                        Subject.ofObject(pin.metadata().bucket(), pin.metadata().key()), range);
    }

    /**
     * Takes the stream's next message.
     *
     * @return its bytes, where it has some
     */
    Optional<ByteString> accept(ReadRangeResponse part) throws RangeStreamException {
        return switch (part.getPartCase()) {
            case HEADER -> {
                acceptHeader(part.getHeader());
                yield Optional.empty();
            }
            case CHUNK -> {
                DataChunk chunk = part.getChunk();
                range.chunk(chunk.getFirstPos(), chunk.getData(), chunk.getCrc32C());
                yield Optional.of(chunk.getData());
            }
            case END -> {
                ReadEnd end = part.getEnd();
                range.end(end.getTotalBytes(), end.getCrc32C());
                yield Optional.empty();
            }
            case PART_NOT_SET -> {
                range.check(false, "a message that is neither header, chunk nor end");
                yield Optional.empty();
            }
        };
    }

    private void acceptHeader(ReadHeader header) throws RangeStreamException {
        pin.require(header.getMetadata(), subject());
        range.header(
                header.hasFirstPos() ? header.getFirstPos() : null,
                header.hasLastPos() ? header.getLastPos() : null);
    }

    boolean hasHeader() {
        return range.hasHeader();
    }

    /** Whether all bytes were received and the server has said so. */
    boolean isComplete() {
        return range.isComplete();
    }

    /** What is being read, at the next byte. */
    Subject subject() {
        return range.subject();
    }
}
