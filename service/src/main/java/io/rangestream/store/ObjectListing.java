package io.rangestream.store;

import io.rangestream.condition.EntityTag;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One page of a bucket's objects.
 *
 * @param objects the objects, in the order of {@link KeyOrder}
 * @param commonPrefixes the common prefixes in the same order, each with the delimiter at its end
 * @param next the page token of the next page, in a form that only the store understands; empty on
 *     the last page
 */
public record ObjectListing(
        List<Entry> objects, List<String> commonPrefixes, Optional<String> next) {
    public ObjectListing {
        objects = List.copyOf(objects);
        commonPrefixes = List.copyOf(commonPrefixes);
    }

    /** One object. Its date is in whole seconds. */
    public record Entry(
            String key,
            long completeLength,
            Optional<EntityTag> entityTag,
            Optional<Instant> lastModified) {}

    /**
     * Selects the objects of a page.
     *
     * @param bucket the bucket's name in this server's configuration
     * @param prefix the text that each key begins with; empty for all keys
     * @param delimiter the text that rolls up keys which contain it after the prefix; empty for no
     *     roll-up
     * @param pageSize the maximum number of objects and common prefixes together, 1 to 1000
     * @param continuation the {@link ObjectListing#next} of the previous page; empty for the first
     *     page
     */
    public record Query(
            String bucket,
            String prefix,
            String delimiter,
            int pageSize,
            Optional<String> continuation) {
        /** S3's limit on the entries of a page. */
        public static final int MAX_PAGE_SIZE = 1000;

        public Query {
            if (pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
                throw new IllegalArgumentException(
                        "page size " + pageSize + "; expected 1 to " + MAX_PAGE_SIZE);
            }
        }
    }
}
