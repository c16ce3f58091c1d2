package io.rangestream.app.wire;

import io.rangestream.range.ResolvedRange;
import io.rangestream.store.Representation;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * A response, independent of the protocol, so that responses over different protocols can be
 * compared.
 *
 * @param positions positions of the promised bytes; empty if the response promises none
 * @param completeLength complete length in bytes, if the response states it, with or without bytes
 * @param entityTag entity tag, if the response states it, with or without bytes
 * @param bytes received bytes
 */
public record Answer(
        Kind kind,
        Optional<ResolvedRange> positions,
        Optional<Long> completeLength,
        Optional<String> entityTag,
        Optional<Instant> lastModified,
        Optional<String> contentType,
        Optional<String> versionId,
        ByteBuffer bytes) {

    /** Classes of outcome, the same for all protocols. */
    public enum Kind {
        /** Every promised byte arrived. */
        COMPLETE,
        /** The response ended early, without a reason. */
        CUT,
        INVALID,
        NOT_FOUND,
        PRECONDITION_FAILED,
        NOT_SATISFIABLE,
        THROTTLED,
        UNAVAILABLE,
        CREDENTIALS,
        ARCHIVED,
        CHANGED,
        INTERNAL
    }

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

    /** A response of which only the kind is known. */
    public static Answer of(Kind kind) {
        return new Answer(
                kind,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                NO_BYTES);
    }

    /** A complete response with these bytes of an object. */
    public static Answer complete(
            Representation representation, Optional<ResolvedRange> positions, byte[] bytes) {
        return new Answer(
                Kind.COMPLETE,
                positions,
                Optional.of(representation.completeLength()),
                representation.entityTag().map(Object::toString),
                representation.validators().lastModified(),
                representation.fields().contentType(),
                representation.versionId(),
                ByteBuffer.wrap(bytes));
    }

    public Answer kind(Kind newKind) {
        return new Answer(
                newKind,
                positions,
                completeLength,
                entityTag,
                lastModified,
                contentType,
                versionId,
                bytes);
    }

    public Answer completeLength(long length) {
        return new Answer(
                kind,
                positions,
                Optional.of(length),
                entityTag,
                lastModified,
                contentType,
                versionId,
                bytes);
    }

    public Answer entityTag(String tag) {
        return new Answer(
                kind,
                positions,
                completeLength,
                Optional.of(tag),
                lastModified,
                contentType,
                versionId,
                bytes);
    }

    public Answer bytes(ByteBuffer newBytes) {
        return new Answer(
                kind,
                positions,
                completeLength,
                entityTag,
                lastModified,
                contentType,
                versionId,
                newBytes);
    }
}
