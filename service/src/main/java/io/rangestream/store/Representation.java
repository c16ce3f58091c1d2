package io.rangestream.store;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;

import java.util.Optional;

/**
 * The metadata of an object, observed at one moment (RFC 9110, section 3.2).
 *
 * @param completeLength the length of the whole object, in bytes
 * @param validators the entity tag and date that identify this version, and the time of observation
 * @param versionId the version's id, if the store keeps versions
 * @param fields the header fields stored with the object
 * @param checksum the store's checksum; only {@link ObjectStore#head} provides it
 */
public record Representation(
        long completeLength,
        Validators validators,
        Optional<String> versionId,
        StoredFields fields,
        Optional<Checksum> checksum) {
    public Representation {
        if (completeLength < 0) {
            throw new IllegalArgumentException("negative complete length: " + completeLength);
        }
    }

    /** The entity tag, if the store has one. */
    public Optional<EntityTag> entityTag() {
        return validators.entityTag();
    }

    /** The same without the checksum, as a read returns it. */
    public Representation withoutChecksum() {
        return new Representation(completeLength, validators, versionId, fields, Optional.empty());
    }

    /** Whether another observation is of the same version, as far as the store's metadata shows. */
    public boolean isSameVersionAs(Representation other) {
        return completeLength == other.completeLength
                && entityTag().equals(other.entityTag())
                && versionId.equals(other.versionId)
                && validators.lastModified().equals(other.validators.lastModified());
    }

    /**
     * A checksum that a store keeps for an object.
     *
     * @param algorithm the algorithm in the store's spelling: CRC32, CRC32C, CRC64NVME, SHA1 or
     *     SHA256
     * @param type the bytes that it was computed over
     * @param value the checksum as the store wrote it
     */
    public record Checksum(String algorithm, Type type, String value) {
        /** The bytes that a checksum was computed over. */
        public enum Type {
            /** The store does not say. */
            UNSPECIFIED,
            /** The object's bytes. */
            FULL_OBJECT,
            /** The checksums of the parts that the object was uploaded in. */
            COMPOSITE
        }
    }
}
