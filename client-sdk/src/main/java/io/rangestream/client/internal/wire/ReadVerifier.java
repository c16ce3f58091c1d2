package io.rangestream.client.internal.wire;

import com.google.protobuf.ByteString;

import io.rangestream.client.RangeStreamException;
import io.rangestream.v1.DataChunk;
import io.rangestream.v1.ReadEnd;
import io.rangestream.v1.ReadHeader;
import io.rangestream.v1.ReadRangeResponse;

import java.util.Optional;

/**
 * Verifies the messages of one ReadRange call against the contract, and its header against the
 * pinned version. Does no I/O; for one thread at a time.
 */
public final class ReadVerifier {
    private final Pin pin;
    private final RangeVerifier range;

    public ReadVerifier(Pin pin, ResolvedRange range) {
        this.pin = pin;
        this.range =
                new RangeVerifier(
                        Subject.ofObject(pin.metadata().bucket(), pin.metadata().key()), range);
    }

    /**
     * Verifies the next message.
     *
     * @return the bytes of a chunk; empty for any other message
     */
    public Optional<ByteString> accept(ReadRangeResponse part) throws RangeStreamException {
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

    public boolean hasHeader() {
        return range.hasHeader();
    }

    /** Whether all bytes and the end message were received. */
    public boolean isComplete() {
        return range.isComplete();
    }

    /** The object at the position of the next byte. */
    public Subject subject() {
        return range.subject();
    }
}
