package io.rangestream.store;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Which object: a bucket by its name in our configuration, a key exactly as the store has it, and a
 * version where one was asked for. Neither is empty, and nothing is wrong with the key by {@link
 * #keyViolation}.
 */
public record ObjectId(String bucket, String key, Optional<String> versionId) {
    /** S3's bound on keys, in bytes of UTF-8. */
    public static final int MAX_KEY_BYTES = 1024;

    private static final int MOST_BYTES_OF_A_CHAR = 3;

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
     * What is wrong with a key that is not empty, as the end of a sentence that begins with its
     * field's name; empty where nothing is.
     */
    public static Optional<String> keyViolation(String key) {
        // Asked at each request: without a stream, and without encoding what is short enough.
        int length = key.length();
        if (length > MAX_KEY_BYTES / MOST_BYTES_OF_A_CHAR
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

    /** For messages and logs of our own; not a path, and not to be parsed. */
    @Override
    public String toString() {
        return bucket + "/" + key + versionId.map(version -> " version " + version).orElse("");
    }
}
