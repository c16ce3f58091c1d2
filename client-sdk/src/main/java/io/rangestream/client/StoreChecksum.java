package io.rangestream.client;

/**
 * A checksum that the store keeps of an object.
 *
 * @param algorithm in the store's spelling: CRC32, CRC32C, CRC64NVME, SHA1 or SHA256
 * @param type what it was computed over
 * @param value as the store wrote it: base64, and for {@link Type#COMPOSITE} mostly with {@code -}
 *     and the number of parts behind it
 */
public record StoreChecksum(String algorithm, Type type, String value) {

    /** What a checksum was computed over. */
    public enum Type {
        /** The server did not say, or says something that this version of the SDK does not know. */
        UNSPECIFIED,
        /** The object's bytes. */
        FULL_OBJECT,
        /** The checksums of the parts that the object was uploaded in. */
        COMPOSITE
    }
}
