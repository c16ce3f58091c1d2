package io.rangestream.client;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of one object.
 *
 * @param bucket the bucket's name in the server's configuration
 * @param key the object's key
 * @param versionId the version, where the store keeps versions
 * @param completeLength of the whole object, in bytes
 * @param etag the entity tag with its quotes, and with {@code W/} before it where it is weak (RFC
 *     9110, section 8.8.3); empty where the store has none
 * @param lastModified when the object was last changed, in whole seconds; empty where the store
 *     does not say
 * @param contentType the stored media type; empty where none is stored
 * @param contentEncoding the stored content coding, which the object's bytes have; empty where none
 *     is stored
 * @param checksum the checksum that the store keeps; empty where it keeps none
 */
public record ObjectMetadata(
        String bucket,
        String key,
        Optional<String> versionId,
        long completeLength,
        Optional<String> etag,
        Optional<Instant> lastModified,
        Optional<String> contentType,
        Optional<String> contentEncoding,
        Optional<StoreChecksum> checksum) {
    /** Checks the length. */
    public ObjectMetadata {
        if (completeLength < 0) {
            throw new IllegalArgumentException("negative complete-length: " + completeLength);
        }
    }

    /** The entity tag, where there is one by which bytes can be told apart: not a weak one. */
    Optional<String> strongEtag() {
        return etag.filter(tag -> tag.length() >= 2 && tag.indexOf('"', 1) == tag.length() - 1)
                .filter(tag -> tag.charAt(0) == '"');
    }
}
