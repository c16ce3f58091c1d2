package io.rangestream.client;

import io.rangestream.v1.IntRange;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadSpec;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * The one version of an object that a reader keeps to. A strong entity tag and a version id are
 * sent with each read, so that the server refuses another version. Where there is neither, nothing
 * can be sent, and what each answer's header says is compared instead.
 *
 * @param versionId as the server named it, or as the caller did where the server names none
 */
record Pin(ObjectMetadata metadata, Optional<String> versionId) {

    /** To what a server answered to someone who asked for a version, or for the current one. */
    static Pin of(ObjectMetadata metadata, @Nullable String askedVersionId) {
        return new Pin(
                metadata, metadata.versionId().or(() -> Optional.ofNullable(askedVersionId)));
    }

    /** A request for a range of this version. */
    ReadRangeRequest request(ResolvedRange range) {
        ReadRangeRequest.Builder request =
                ReadRangeRequest.newBuilder().setBucket(metadata.bucket()).setKey(metadata.key());
        versionId.ifPresent(request::setVersionId);
        metadata.strongEtag().ifPresent(request::setIfMatch);
        if (!range.isEmpty()) {
            request.setIntRange(
                    IntRange.newBuilder()
                            .setFirstPos(range.firstPos())
                            .setLastPos(range.lastPos()));
        }
        return request.build();
    }

    /** What a stream of ranges of this version is opened by. */
    ReadSpec spec() {
        ReadSpec.Builder spec =
                ReadSpec.newBuilder().setBucket(metadata.bucket()).setKey(metadata.key());
        versionId.ifPresent(spec::setVersionId);
        metadata.strongEtag().ifPresent(spec::setIfMatch);
        return spec.build();
    }

    /**
     * Refuses the metadata of another version, or another object.
     *
     * @param subject what was being read
     */
    void require(io.rangestream.v1.ObjectMetadata served, Subject subject)
            throws RangeStreamException {
        Optional<String> difference = difference(Received.metadata(served, subject));
        if (difference.isPresent()) {
            throw new ObjectChangedException(
                    Failure.found(subject, "the object was changed: " + difference.get()),
                    served.hasEtag() ? served.getEtag() : null);
        }
    }

    /** How a header's metadata shows that it is of another version; empty where it does not. */
    Optional<String> difference(ObjectMetadata served) {
        if (served.completeLength() != metadata.completeLength()) {
            return Optional.of(
                    "length " + served.completeLength() + ", not " + metadata.completeLength());
        }
        if (!served.etag().equals(metadata.etag())) {
            return Optional.of(
                    "entity tag " + shown(served.etag()) + ", not " + shown(metadata.etag()));
        }
        if (versionId.isPresent() && served.versionId().isPresent()) {
            return served.versionId().equals(versionId)
                    ? Optional.empty()
                    : Optional.of(
                            "version " + shown(served.versionId()) + ", not " + shown(versionId));
        }
        // A strong tag stands for the bytes, and a copy of them may have a new date.
        if (metadata.strongEtag().isEmpty()
                && !served.lastModified().equals(metadata.lastModified())) {
            return Optional.of(
                    "last modified "
                            + shown(served.lastModified())
                            + ", not "
                            + shown(metadata.lastModified()));
        }
        return Optional.empty();
    }

    private static String shown(Optional<?> value) {
        return value.isPresent() ? value.get().toString() : "none";
    }
}
