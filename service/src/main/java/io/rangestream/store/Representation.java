package io.rangestream.store;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;

import java.util.Optional;

/**
 * What is known of an object at one moment (RFC 9110, section 3.2).
 *
 * @param completeLength of the whole object, in bytes
 * @param validators what this version can be recognised by, and when it was observed
 * @param versionId the version's id, where the store keeps versions
 * @param fields what was stored with the bytes
 * @param checksum the store's own checksum; filled by {@link ObjectStore#head} only
 */
public record Representation(
        long completeLength,
        Validators validators,
        Optional<String> versionId,
        StoredFields fields,
        Optional<StoreChecksum> checksum) {
    public Representation {
        if (completeLength < 0) {
            throw new IllegalArgumentException("negative complete-length: " + completeLength);
        }
    }

    /** The entity tag, where the store has one. */
    public Optional<EntityTag> entityTag() {
        return validators.entityTag();
    }

    /** As every read gives it, whether or not the store told its checksum. */
    public Representation withoutChecksum() {
        return new Representation(completeLength, validators, versionId, fields, Optional.empty());
    }

    /** Whether another observation is of the same bytes, as far as the store lets one tell. */
    public boolean isSameVersionAs(Representation other) {
        return completeLength == other.completeLength
                && entityTag().equals(other.entityTag())
                && versionId.equals(other.versionId)
                && validators.lastModified().equals(other.validators.lastModified());
    }
}
