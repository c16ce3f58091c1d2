package io.rangestream.store.memory;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** The versions that are stored under one key, the latest first. */
// These records are not compared, and their arrays are not written to.
@SuppressWarnings("ArrayRecordComponent")
record StoredObject(List<Content> versions, boolean hiddenByDelete) {

    private record Content(
            byte[] bytes,
            EntityTag entityTag,
            Instant lastModified,
            Optional<String> versionId,
            StoredFields fields) {

        Version observedAt(Instant instant) {
            Validators validators =
                    new Validators(Optional.of(entityTag), Optional.of(lastModified), instant);
            return new Version(
                    new Representation(
                            bytes.length, validators, versionId, fields, Optional.empty()),
                    bytes);
        }
    }

    /** One version, as observed at one moment. */
    record Version(Representation representation, byte[] bytes) {}

    static StoredObject of(
            byte[] bytes, StoredFields fields, Instant lastModified, boolean keepsVersions) {
        Optional<String> versionId =
                keepsVersions ? Optional.of(UUID.randomUUID().toString()) : Optional.empty();
        return new StoredObject(
                List.of(
                        new Content(
                                bytes,
                                EntityTag.strong(digest(bytes)),
                                lastModified.truncatedTo(ChronoUnit.SECONDS),
                                versionId,
                                fields)),
                false);
    }

    /** The object with the versions of {@code before} after this one's. */
    StoredObject over(StoredObject before) {
        return new StoredObject(
                Stream.concat(versions.stream(), before.versions.stream()).toList(), false);
    }

    StoredObject hidden() {
        return new StoredObject(versions, true);
    }

    Optional<Version> current(Instant now) {
        return hiddenByDelete ? Optional.empty() : Optional.of(versions.getFirst().observedAt(now));
    }

    Optional<Version> version(String versionId, Instant now) {
        return versions.stream()
                .filter(content -> content.versionId.equals(Optional.of(versionId)))
                .findFirst()
                .map(content -> content.observedAt(now));
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
