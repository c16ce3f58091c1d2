package io.rangestream.store;

/**
 * A checksum that a store keeps of an object.
 *
 * @param algorithm in the store's spelling: CRC32, CRC32C, CRC64NVME, SHA1 or SHA256
 * @param type what it was computed over
 * @param value as the store wrote it
 */
public record StoreChecksum(String algorithm, Type type, String value) {
    /** What a checksum was computed over. */
    public enum Type {
        /** The store does not say. */
        UNSPECIFIED,
        /** The object's bytes. */
        FULL_OBJECT,
        /** The checksums of the parts that it was uploaded in. */
        COMPOSITE
    }
}
