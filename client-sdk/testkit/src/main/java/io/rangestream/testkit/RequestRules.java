package io.rangestream.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The contract's rules for the fields of requests. */
final class RequestRules {
    private static final int MAX_TEXT_BYTES = 1024;
    private static final int MIN_CHUNK_BYTES = 4 * 1024;
    private static final int DEFAULT_CHUNK_BYTES = 256 * 1024;
    private static final int MAX_CHUNK_BYTES = 2 * 1024 * 1024;
    private static final int MAX_PAGE_SIZE = 1000;

    private RequestRules() {}

    static void requireBucket(String bucket) {
        if (bucket.isEmpty()) {
            throw CallFailure.invalid("bucket", "is empty");
        }
    }

    static void requireKey(String key) {
        if (key.isEmpty()) {
            throw CallFailure.invalid("key", "is empty");
        }
        requireShort("key", key);
        if (key.chars().anyMatch(Character::isISOControl)) {
            throw CallFailure.invalid("key", "has a control character");
        }
        if (Arrays.stream(key.split("/", -1)).anyMatch(s -> s.equals(".") || s.equals(".."))) {
            throw CallFailure.invalid("key", "has a segment . or ..");
        }
    }

    /** The fake server keeps no versions, so that any requested version is not found. */
    static void requireNoVersion(boolean present, String versionId) {
        if (present) {
            throw versionId.isEmpty()
                    ? CallFailure.invalid("version_id", "is empty")
                    : CallFailure.notFound("VERSION_NOT_FOUND");
        }
    }

    static void requireShort(String field, String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_TEXT_BYTES) {
            throw CallFailure.invalid(field, "is longer than 1024 bytes of UTF-8");
        }
    }

    static void requireMatch(boolean present, String ifMatch, StoredObject object) {
        if (!present) {
            return;
        }
        if (ifMatch.length() < 2
                || !ifMatch.startsWith("\"")
                || ifMatch.indexOf('"', 1) != ifMatch.length() - 1) {
            throw CallFailure.invalid("if_match", "is not one strong entity tag with its quotes");
        }
        if (!ifMatch.equals(object.etag())) {
            throw CallFailure.etagMismatch(object.etag());
        }
    }

    static int chunkBytes(boolean present, int maxChunkBytes) {
        if (!present) {
            return DEFAULT_CHUNK_BYTES;
        }
        if (maxChunkBytes <= 0) {
            throw CallFailure.invalid("max_chunk_bytes", "is not positive");
        }
        return Math.max(MIN_CHUNK_BYTES, Math.min(MAX_CHUNK_BYTES, maxChunkBytes));
    }

    static int pageSize(int asked) {
        if (asked < 0) {
            throw CallFailure.invalid("page_size", "is negative");
        }
        return asked == 0 ? MAX_PAGE_SIZE : Math.min(asked, MAX_PAGE_SIZE);
    }
}
