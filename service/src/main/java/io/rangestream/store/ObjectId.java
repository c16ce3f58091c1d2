package io.rangestream.store;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Identifies an object, or one version of it.
 *
 * @param bucket the bucket's name in this server's configuration; not empty
 * @param key the key exactly as the store has it; not empty, and without a {@link #keyViolation}
 * @param versionId the requested version; empty for the current one
 */
public record ObjectId(String bucket, String key, Optional<String> versionId) {
    /** S3's limit on the length of a key, in bytes of UTF-8. */
    public static final int MAX_KEY_BYTES = 1024;

    private static final int MAX_BYTES_OF_A_CHAR = 3;

    public ObjectId {
        if (bucket.isEmpty() || key.isEmpty()) {
            throw new IllegalArgumentException("empty bucket or key: " + bucket + "/" + key);
        }
        keyViolation(key)
                .ifPresent(
                        violation -> {
                            throw new IllegalArgumentException("key " + violation + ": " + key);
                        });
    }

    /** The current version of an object. */
    public static ObjectId of(String bucket, String key) {
        return new ObjectId(bucket, key, Optional.empty());
    }

    /**
     * Describes what makes a non-empty key invalid, as the rest of a sentence that begins with the
     * name of its field. Empty if the key is valid. A key with a segment '.' or '..' is invalid in
     * every store, not only in folders: a key must have the same meaning everywhere.
     */
    public static Optional<String> keyViolation(String key) {
        // Called for each request, so it uses no stream and encodes no short key.
        int length = key.length();
        if (length > MAX_KEY_BYTES / MAX_BYTES_OF_A_CHAR
                && key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
            return Optional.of("is longer than 1024 bytes of UTF-8");
        }
        boolean dots = false;
        int segmentStart = 0;
        for (int i = 0; i <= length; i++) {
            if (i == length || key.charAt(i) == '/') {
                dots |= isDots(key, segmentStart, i);
                segmentStart = i + 1;
            } else if (Character.isISOControl(key.charAt(i))) {
                return Optional.of("has a control character");
            }
        }
        return dots ? Optional.of("has a segment '.' or '..'") : Optional.empty();
    }

    private static boolean isDots(String key, int start, int end) {
        int length = end - start;
        return (length == 1 || length == 2)
                && key.charAt(start) == '.'
                && key.charAt(end - 1) == '.';
    }

    /**
     * For exception texts and this server's log. The result is not a path and must not be parsed.
     */
    @Override
    public String toString() {
        return bucket + "/" + key + versionId.map(version -> " version " + version).orElse("");
    }
}
