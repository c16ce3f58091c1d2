package io.rangestream.store;

import io.rangestream.condition.EntityTag;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One page of a bucket's objects.
 *
 * @param objects by the unsigned UTF-8 bytes of their keys
 * @param commonPrefixes in the same order, each with the delimiter at its end
 * @param next what continues after this page, in a form that only the store reads; empty at the end
 */
public record ObjectListing(
        List<Entry> objects, List<String> commonPrefixes, Optional<String> next) {
    public ObjectListing {
        objects = List.copyOf(objects);
        commonPrefixes = List.copyOf(commonPrefixes);
    }

    /** One object. Dates are in whole seconds. */
    public record Entry(
            String key,
            long completeLength,
            Optional<EntityTag> entityTag,
            Optional<Instant> lastModified) {}

    /**
     * Which objects.
     *
     * @param bucket by its name in our configuration
     * @param prefix only keys that begin with it; empty: all
     * @param delimiter rolls up keys that have it after the prefix; empty: none
     * @param pageSize the most objects and common prefixes together, 1 to 1000
     * @param continuation the {@link ObjectListing#next} of the page before; empty: the first
     */
    public record Query(
            String bucket,
            String prefix,
            String delimiter,
            int pageSize,
            Optional<String> continuation) {
        /** S3's bound on a page. */
        public static final int MAX_PAGE_SIZE = 1000;

        public Query {
            if (pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
                throw new IllegalArgumentException("not a page size: " + pageSize);
            }
        }
    }
}
