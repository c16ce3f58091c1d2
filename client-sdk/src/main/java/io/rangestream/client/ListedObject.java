package io.rangestream.client;

import java.time.Instant;
import java.util.Optional;

/**
 * One object in a list.
 *
 * @param key its key
 * @param completeLength its length, in bytes
 * @param etag its entity tag with quotes; empty where the store has none
 * @param lastModified when it was last changed, in whole seconds; empty where the store does not
 *     say
 */
public record ListedObject(
        String key, long completeLength, Optional<String> etag, Optional<Instant> lastModified)
        implements ListEntry {
    /** Checks the length. */
    public ListedObject {
        if (completeLength < 0) {
            throw new IllegalArgumentException("negative complete-length: " + completeLength);
        }
    }

    @Override
    public String name() {
        return key;
    }
}
