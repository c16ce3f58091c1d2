package io.rangestream.client.internal.wire;

import com.google.protobuf.Timestamp;

import io.rangestream.client.DataLossException;
import io.rangestream.client.ListedObject;
import io.rangestream.client.ObjectMetadata;
import io.rangestream.client.StoreChecksum;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** Converts the server's messages into values of the SDK. Invalid values are data loss. */
public final class ProtoConversions {
    private ProtoConversions() {}

    /** Converts metadata, which must be of the object that {@code subject} names. */
    public static ObjectMetadata metadata(io.rangestream.v1.ObjectMetadata sent, Subject subject)
            throws DataLossException {
        if (!sent.getBucket().equals(subject.bucket()) || !sent.getKey().equals(subject.key())) {
            throw ApiAccess.get()
                    .dataLoss(
                            Failure.found(
                                    subject,
                                    "the server returned the metadata of another object: "
                                            + Subject.ofObject(sent.getBucket(), sent.getKey())));
        }
        try {
            ObjectMetadata.Builder metadata =
                    ObjectMetadata.builder(
                            sent.getBucket(), sent.getKey(), sent.getCompleteLength());
            when(sent.hasVersionId(), sent.getVersionId()).ifPresent(metadata::versionId);
            when(sent.hasEtag(), sent.getEtag()).ifPresent(metadata::etag);
            instant(sent.hasLastModified(), sent.getLastModified())
                    .ifPresent(metadata::lastModified);
            when(sent.hasContentType(), sent.getContentType()).ifPresent(metadata::contentType);
            when(sent.hasContentEncoding(), sent.getContentEncoding())
                    .ifPresent(metadata::contentEncoding);
            when(sent.hasChecksum(), sent.getChecksum())
                    .map(ProtoConversions::checksum)
                    .ifPresent(metadata::checksum);
            return metadata.build();
        } catch (IllegalArgumentException | DateTimeException e) {
            throw ApiAccess.get().dataLoss(Failure.found(subject, "invalid metadata", e));
        }
    }

    /**
     * Converts metadata, which must be of the object that {@code subject} names.
     *
     * @param versionId the version that the metadata must be of; empty for any version
     */
    public static ObjectMetadata metadata(
            io.rangestream.v1.ObjectMetadata sent, Subject subject, Optional<String> versionId)
            throws DataLossException {
        ObjectMetadata metadata = metadata(sent, subject);
        boolean another =
                versionId.isPresent()
                        && metadata.versionId().isPresent()
                        && !metadata.versionId().equals(versionId);
        if (another) {
            throw ApiAccess.get()
                    .dataLoss(
                            Failure.found(
                                    subject,
                                    "the server returned the metadata of another version"));
        }
        return metadata;
    }

    public static ListedObject listedObject(io.rangestream.v1.ListedObject sent, Subject subject)
            throws DataLossException {
        try {
            ListedObject.Builder object =
                    ListedObject.builder(sent.getKey(), sent.getCompleteLength());
            when(sent.hasEtag(), sent.getEtag()).ifPresent(object::etag);
            instant(sent.hasLastModified(), sent.getLastModified()).ifPresent(object::lastModified);
            return object.build();
        } catch (IllegalArgumentException | DateTimeException e) {
            throw ApiAccess.get().dataLoss(Failure.found(subject, "invalid metadata", e));
        }
    }

    private static StoreChecksum checksum(io.rangestream.v1.StoreChecksum sent) {
        StoreChecksum.Type type =
                switch (sent.getType()) {
                    case CHECKSUM_TYPE_FULL_OBJECT -> StoreChecksum.Type.FULL_OBJECT;
                    case CHECKSUM_TYPE_COMPOSITE -> StoreChecksum.Type.COMPOSITE;
                    case CHECKSUM_TYPE_UNSPECIFIED, UNRECOGNIZED -> StoreChecksum.Type.UNSPECIFIED;
                };
        return StoreChecksum.of(sent.getAlgorithm(), type, sent.getValue());
    }

    private static Optional<Instant> instant(boolean present, Timestamp sent) {
        return when(present, sent)
                .map(time -> Instant.ofEpochSecond(time.getSeconds(), time.getNanos()));
    }

    private static <T> Optional<T> when(boolean present, T value) {
        return present ? Optional.of(value) : Optional.empty();
    }
}
