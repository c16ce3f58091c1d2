package io.rangestream.client;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** The metadata of one version of an object. Immutable. */
public final class ObjectMetadata {
    private final String bucket;
    private final String key;
    private final long completeLength;
    private final @Nullable String versionId;
    private final @Nullable String etag;
    private final @Nullable Instant lastModified;
    private final @Nullable String contentType;
    private final @Nullable String contentEncoding;
    private final @Nullable StoreChecksum checksum;

    private ObjectMetadata(Builder builder) {
        this.bucket = builder.bucket;
        this.key = builder.key;
        this.completeLength = builder.completeLength;
        this.versionId = builder.versionId;
        this.etag = builder.etag;
        this.lastModified = builder.lastModified;
        this.contentType = builder.contentType;
        this.contentEncoding = builder.contentEncoding;
        this.checksum = builder.checksum;
    }

    /**
     * Starts to build metadata, as a test may need it.
     *
     * @param bucket the bucket's name
     * @param key the object's key
     * @param completeLength the object's length in bytes, not negative
     * @return a builder without any of the optional properties
     * @throws IllegalArgumentException if {@code completeLength} is negative
     */
    public static Builder builder(String bucket, String key, long completeLength) {
        return new Builder(bucket, key, completeLength);
    }

    static long requireLength(long completeLength) {
        if (completeLength < 0) {
            throw new IllegalArgumentException("complete length is negative: " + completeLength);
        }
        return completeLength;
    }

    /**
     * The bucket.
     *
     * @return the bucket's name in the server's configuration
     */
    public String bucket() {
        return bucket;
    }

    /**
     * The key.
     *
     * @return the object's key
     */
    public String key() {
        return key;
    }

    /**
     * The version.
     *
     * @return the version id; empty if the store does not keep versions
     */
    public Optional<String> versionId() {
        return Optional.ofNullable(versionId);
    }

    /**
     * The object's length.
     *
     * @return the length in bytes
     */
    public long completeLength() {
        return completeLength;
    }

    /**
     * The entity tag (RFC 9110, section 8.8.3).
     *
     * @return the tag with its quotes, prefixed with {@code W/} if it is weak; empty if the store
     *     has none
     */
    public Optional<String> etag() {
        return Optional.ofNullable(etag);
    }

    /**
     * The time of the last change.
     *
     * @return the time in whole seconds; empty if the store does not report it
     */
    public Optional<Instant> lastModified() {
        return Optional.ofNullable(lastModified);
    }

    /**
     * The media type.
     *
     * @return the stored media type; empty if none is stored
     */
    public Optional<String> contentType() {
        return Optional.ofNullable(contentType);
    }

    /**
     * The content coding of the object's bytes.
     *
     * @return the stored content coding; empty if none is stored
     */
    public Optional<String> contentEncoding() {
        return Optional.ofNullable(contentEncoding);
    }

    /**
     * The checksum that the store keeps.
     *
     * @return empty if the store keeps none
     */
    public Optional<StoreChecksum> checksum() {
        return Optional.ofNullable(checksum);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ObjectMetadata that
                && bucket.equals(that.bucket)
                && key.equals(that.key)
                && completeLength == that.completeLength
                && Objects.equals(versionId, that.versionId)
                && Objects.equals(etag, that.etag)
                && Objects.equals(lastModified, that.lastModified)
                && Objects.equals(contentType, that.contentType)
                && Objects.equals(contentEncoding, that.contentEncoding)
                && Objects.equals(checksum, that.checksum);
    }

    @Override
    public int hashCode() {
        return Objects.hash(bucket, key, completeLength, versionId, etag, lastModified);
    }

    @Override
    public String toString() {
        return "ObjectMetadata["
                + bucket
                + '/'
                + key
                + ", versionId="
                + versionId
                + ", completeLength="
                + completeLength
                + ", etag="
                + etag
                + ", lastModified="
                + lastModified
                + ", contentType="
                + contentType
                + ", contentEncoding="
                + contentEncoding
                + ", checksum="
                + checksum
                + ']';
    }

    /** Builds {@link ObjectMetadata}. Not safe for several threads. */
    public static final class Builder {
        private final String bucket;
        private final String key;
        private final long completeLength;
        private @Nullable String versionId;
        private @Nullable String etag;
        private @Nullable Instant lastModified;
        private @Nullable String contentType;
        private @Nullable String contentEncoding;
        private @Nullable StoreChecksum checksum;

        private Builder(String bucket, String key, long completeLength) {
            this.bucket = Objects.requireNonNull(bucket);
            this.key = Objects.requireNonNull(key);
            this.completeLength = requireLength(completeLength);
        }

        /**
         * Sets the version.
         *
         * @param newVersionId the version id
         * @return this
         */
        public Builder versionId(String newVersionId) {
            versionId = Objects.requireNonNull(newVersionId);
            return this;
        }

        /**
         * Sets the entity tag.
         *
         * @param newEtag the tag with its quotes
         * @return this
         */
        public Builder etag(String newEtag) {
            etag = Objects.requireNonNull(newEtag);
            return this;
        }

        /**
         * Sets the time of the last change.
         *
         * @param newLastModified the time in whole seconds
         * @return this
         */
        public Builder lastModified(Instant newLastModified) {
            lastModified = Objects.requireNonNull(newLastModified);
            return this;
        }

        /**
         * Sets the media type.
         *
         * @param newContentType the media type
         * @return this
         */
        public Builder contentType(String newContentType) {
            contentType = Objects.requireNonNull(newContentType);
            return this;
        }

        /**
         * Sets the content coding.
         *
         * @param newContentEncoding the content coding
         * @return this
         */
        public Builder contentEncoding(String newContentEncoding) {
            contentEncoding = Objects.requireNonNull(newContentEncoding);
            return this;
        }

        /**
         * Sets the checksum that the store keeps.
         *
         * @param newChecksum the checksum
         * @return this
         */
        public Builder checksum(StoreChecksum newChecksum) {
            checksum = Objects.requireNonNull(newChecksum);
            return this;
        }

        /**
         * Builds the metadata.
         *
         * @return new metadata
         */
        public ObjectMetadata build() {
            return new ObjectMetadata(this);
        }
    }
}
