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
public record ComparedResponse(
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
    public static ComparedResponse of(Kind kind) {
        return new ComparedResponse(
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
    public static ComparedResponse complete(
            Representation representation, Optional<ResolvedRange> positions, byte[] bytes) {
        return new ComparedResponse(
                Kind.COMPLETE,
                positions,
                Optional.of(representation.completeLength()),
                representation.entityTag().map(Object::toString),
                representation.validators().lastModified(),
                representation.fields().contentType(),
                representation.versionId(),
                ByteBuffer.wrap(bytes));
    }

    public ComparedResponse kind(Kind newKind) {
        return new ComparedResponse(
                newKind,
                positions,
                completeLength,
                entityTag,
                lastModified,
                contentType,
                versionId,
                bytes);
    }

    public ComparedResponse completeLength(long length) {
        return new ComparedResponse(
                kind,
                positions,
                Optional.of(length),
                entityTag,
                lastModified,
                contentType,
                versionId,
                bytes);
    }

    public ComparedResponse entityTag(String tag) {
        return new ComparedResponse(
                kind,
                positions,
                completeLength,
                Optional.of(tag),
                lastModified,
                contentType,
                versionId,
                bytes);
    }

    public ComparedResponse bytes(ByteBuffer newBytes) {
        return new ComparedResponse(
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
