package io.rangestream.client;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** An object of a list. Immutable. */
public final class ListedObject implements ListEntry {
    private final String key;
    private final long completeLength;
    private final @Nullable String etag;
    private final @Nullable Instant lastModified;

    private ListedObject(Builder builder) {
        this.key = builder.key;
        this.completeLength = builder.completeLength;
        this.etag = builder.etag;
        this.lastModified = builder.lastModified;
    }

    /**
     * Starts to build a listed object, as a test may need one.
     *
     * @param key the object's key
     * @param completeLength the object's length in bytes, not negative
     * @return a builder without entity tag and date
     * @throws IllegalArgumentException if {@code completeLength} is negative
     */
    public static Builder builder(String key, long completeLength) {
        return new Builder(key, completeLength);
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
     * The object's length.
     *
     * @return the length in bytes
     */
    public long completeLength() {
        return completeLength;
    }

    /**
     * The entity tag.
     *
     * @return the tag with its quotes; empty if the store has none
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

    @Override
    public String name() {
        return key;
    }

    @Override
    public Optional<ListedObject> object() {
        return Optional.of(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ListedObject that
                && key.equals(that.key)
                && completeLength == that.completeLength
                && Objects.equals(etag, that.etag)
                && Objects.equals(lastModified, that.lastModified);
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, completeLength, etag, lastModified);
    }

    @Override
    public String toString() {
        return "ListedObject["
                + key
                + ", completeLength="
                + completeLength
                + ", etag="
                + etag
                + ", lastModified="
                + lastModified
                + ']';
    }

    /** Builds a {@link ListedObject}. Not safe for several threads. */
    public static final class Builder {
        private final String key;
        private final long completeLength;
        private @Nullable String etag;
        private @Nullable Instant lastModified;

        private Builder(String key, long completeLength) {
            this.key = Objects.requireNonNull(key);
            this.completeLength = ObjectMetadata.requireLength(completeLength);
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
         * Builds the object.
         *
         * @return a new one
         */
        public ListedObject build() {
            return new ListedObject(this);
        }
    }
}
