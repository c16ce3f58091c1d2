package io.rangestream.client;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** A checksum of an object that the store keeps. Immutable. */
public final class StoreChecksum {

    /** The bytes that a checksum was computed over. Later versions of the SDK may add others. */
    public enum Type {
        /** The server did not report it, or reported a type that this version does not know. */
        UNSPECIFIED,

        /** The object's bytes. */
        FULL_OBJECT,

        /** The checksums of the parts that the object was uploaded in. */
        COMPOSITE
    }

    private final String algorithm;
    private final Type type;
    private final String value;

    private StoreChecksum(String algorithm, Type type, String value) {
        this.algorithm = Objects.requireNonNull(algorithm);
        this.type = Objects.requireNonNull(type);
        this.value = Objects.requireNonNull(value);
    }

    /**
     * Creates a checksum, as a test may need one.
     *
     * @param algorithm the algorithm in the store's spelling, such as {@code CRC32C}
     * @param type the bytes that it was computed over
     * @param value the checksum as the store writes it
     * @return the checksum
     */
    public static StoreChecksum of(String algorithm, Type type, String value) {
        return new StoreChecksum(algorithm, type, value);
    }

    /**
     * The algorithm.
     *
     * @return the algorithm in the store's spelling: CRC32, CRC32C, CRC64NVME, SHA1 or SHA256
     */
    public String algorithm() {
        return algorithm;
    }

    /**
     * The bytes that the checksum was computed over.
     *
     * @return the type
     */
    public Type type() {
        return type;
    }

    /**
     * The checksum.
     *
     * @return base64 as the store writes it; for {@link Type#COMPOSITE} usually followed by {@code
     *     -} and the number of parts
     */
    public String value() {
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoreChecksum that
                && algorithm.equals(that.algorithm)
                && type == that.type
                && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(algorithm, type, value);
    }

    @Override
    public String toString() {
        return "StoreChecksum[" + algorithm + ' ' + type + ' ' + value + ']';
    }
}
