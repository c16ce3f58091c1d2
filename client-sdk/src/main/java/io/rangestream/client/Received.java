package io.rangestream.client;

import com.google.protobuf.Timestamp;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** Turns what the server sent into the SDK's own values; what makes no sense is data loss. */
final class Received {
    private Received() {}

    /** The metadata of the object that {@code subject} names; another's is refused. */
    static ObjectMetadata metadata(io.rangestream.v1.ObjectMetadata sent, Subject subject)
            throws DataLossException {
        if (!sent.getBucket().equals(subject.bucket()) || !sent.getKey().equals(subject.key())) {
            throw new DataLossException(
                    Failure.found(
                            subject,
                            "the server answered for another object: "
                                    + Subject.ofObject(sent.getBucket(), sent.getKey())));
        }
        try {
            return new ObjectMetadata(
                    sent.getBucket(),
                    sent.getKey(),
                    when(sent.hasVersionId(), sent.getVersionId()),
                    sent.getCompleteLength(),
                    when(sent.hasEtag(), sent.getEtag()),
                    instant(sent.hasLastModified(), sent.getLastModified()),
                    when(sent.hasContentType(), sent.getContentType()),
                    when(sent.hasContentEncoding(), sent.getContentEncoding()),
                    when(sent.hasChecksum(), sent.getChecksum()).map(Received::checksum));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new DataLossException(Failure.found(subject, "impossible metadata", e));
        }
    }

    /**
     * The metadata of the object that {@code subject} names, in the version that was asked for, if
     * one was; another's is refused.
     */
    static ObjectMetadata metadata(
            io.rangestream.v1.ObjectMetadata sent, Subject subject, @Nullable String versionId)
            throws DataLossException {
        ObjectMetadata metadata = metadata(sent, subject);
        if (versionId != null && !metadata.versionId().orElse(versionId).equals(versionId)) {
            throw new DataLossException(
                    Failure.found(subject, "the server answered for another version"));
        }
        return metadata;
    }

    static ListedObject listedObject(io.rangestream.v1.ListedObject sent, Subject subject)
            throws DataLossException {
        try {
            return new ListedObject(
                    sent.getKey(),
                    sent.getCompleteLength(),
                    when(sent.hasEtag(), sent.getEtag()),
                    instant(sent.hasLastModified(), sent.getLastModified()));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new DataLossException(Failure.found(subject, "impossible metadata", e));
        }
    }

    private static StoreChecksum checksum(io.rangestream.v1.StoreChecksum sent) {
        StoreChecksum.Type type =
                switch (sent.getType()) {
                    case CHECKSUM_TYPE_FULL_OBJECT -> StoreChecksum.Type.FULL_OBJECT;
                    case CHECKSUM_TYPE_COMPOSITE -> StoreChecksum.Type.COMPOSITE;
                    case CHECKSUM_TYPE_UNSPECIFIED, UNRECOGNIZED -> StoreChecksum.Type.UNSPECIFIED;
                };
        return new StoreChecksum(sent.getAlgorithm(), type, sent.getValue());
    }

    private static Optional<Instant> instant(boolean present, Timestamp sent) {
        return when(present, sent)
                .map(time -> Instant.ofEpochSecond(time.getSeconds(), time.getNanos()));
    }

    private static <T> Optional<T> when(boolean present, T value) {
        return present ? Optional.of(value) : Optional.empty();
    }
}
