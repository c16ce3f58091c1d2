package io.rangestream.client.internal.wire;

import io.rangestream.client.DataLossException;
import io.rangestream.client.ObjectChangedException;
import io.rangestream.client.ObjectMetadata;
import io.rangestream.client.ObjectRef;
import io.rangestream.client.RangeStreamException;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadSpec;

import java.util.Optional;

/**
 * The version of an object that a reader is pinned to. Each read sends its strong entity tag and
 * its version id, so that the server refuses another version. The metadata in the header of each
 * response is compared too, because an object may have neither.
 *
 * @param metadata the metadata of the version
 * @param versionId the version id of the metadata, or else the one that the caller requested
 */
public record Pin(ObjectMetadata metadata, Optional<String> versionId) {

    /** Pins to the metadata that the server returned for a reference. */
    public static Pin of(ObjectMetadata metadata, ObjectRef requested) {
        return new Pin(metadata, metadata.versionId().or(requested::versionId));
    }

    /** The object, for exceptions. */
    public Subject subject() {
        return Subject.ofObject(metadata.bucket(), metadata.key());
    }

    /** The request of a range of this version. */
    public ReadRangeRequest request(ResolvedRange range) {
        ReadRangeRequest.Builder request =
                ReadRangeRequest.newBuilder().setBucket(metadata.bucket()).setKey(metadata.key());
        versionId.ifPresent(request::setVersionId);
        strongEtag().ifPresent(request::setIfMatch);
        if (!range.isEmpty()) {
            request.setIntRange(
                    IntRange.newBuilder()
                            .setFirstPos(range.firstPos())
                            .setLastPos(range.lastPos()));
        }
        return request.build();
    }

    /** The first message of a stream of ranges of this version. */
    public ReadSpec spec() {
        ReadSpec.Builder spec =
                ReadSpec.newBuilder().setBucket(metadata.bucket()).setKey(metadata.key());
        versionId.ifPresent(spec::setVersionId);
        strongEtag().ifPresent(spec::setIfMatch);
        return spec.build();
    }

    /** The entity tag if it is a strong one, which differs whenever the bytes differ. */
    public Optional<String> strongEtag() {
        return metadata.etag()
                .filter(tag -> tag.length() >= 2 && tag.indexOf('"', 1) == tag.length() - 1)
                .filter(tag -> tag.charAt(0) == '"');
    }

    /**
     * Compares the metadata of a response with this version.
     *
     * @param served the metadata in the response
     * @param subject the position that is read, for the exception
     * @throws ObjectChangedException if the metadata is of another version
     * @throws DataLossException if the metadata is of another object, or invalid
     */
    public void require(io.rangestream.v1.ObjectMetadata served, Subject subject)
            throws RangeStreamException {
        Optional<String> difference = difference(ProtoConversions.metadata(served, subject));
        if (difference.isPresent()) {
            throw ApiAccess.get()
                    .objectChanged(
                            Failure.found(subject, "the object has changed: " + difference.get()),
                            served.hasEtag() ? served.getEtag() : null);
        }
    }

    /** The difference that shows that metadata is of another version; empty if there is none. */
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
        // A strong tag identifies the bytes; a store may copy them and change only the date.
        if (strongEtag().isEmpty() && !served.lastModified().equals(metadata.lastModified())) {
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
