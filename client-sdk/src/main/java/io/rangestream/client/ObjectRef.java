package io.rangestream.client;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/** Names an object: bucket, key and, if it is not the current one, the version. Immutable. */
public final class ObjectRef {
    private final String bucket;
    private final String key;
    private final @Nullable String versionId;

    private ObjectRef(String bucket, String key, @Nullable String versionId) {
        this.bucket = bucket;
        this.key = key;
        this.versionId = versionId;
    }

    /**
     * Names the current version of an object.
     *
     * @param bucket the bucket's name in the server's configuration; not empty
     * @param key the object's key, sent unchanged; not empty
     * @return a reference without a version
     * @throws IllegalArgumentException if the bucket or the key is empty
     */
    public static ObjectRef of(String bucket, String key) {
        return new ObjectRef(requireNotEmpty("bucket", bucket), requireNotEmpty("key", key), null);
    }

    /**
     * Names one version of the same object.
     *
     * @param newVersionId the version id that the store assigned; not empty
     * @return a new reference
     * @throws IllegalArgumentException if the version id is empty
     */
    public ObjectRef withVersion(String newVersionId) {
        return new ObjectRef(bucket, key, requireNotEmpty("version id", newVersionId));
    }

    private static String requireNotEmpty(String name, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(name + " is empty");
        }
        return value;
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
     * @return the version id; empty for the current version
     */
    public Optional<String> versionId() {
        return Optional.ofNullable(versionId);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ObjectRef that
                && bucket.equals(that.bucket)
                && key.equals(that.key)
                && Objects.equals(versionId, that.versionId);
    }

    @Override
    public int hashCode() {
        return Objects.hash(bucket, key, versionId);
    }

    @Override
    public String toString() {
        String object = bucket + '/' + key;
        return versionId == null ? object : object + " (version " + versionId + ')';
    }
}
