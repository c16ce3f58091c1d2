package io.rangestream.stream;

import io.rangestream.store.Cancellation;
import io.rangestream.store.KeyOrder;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectReads;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** Pages of objects and of buckets, for both faces. Safe for many threads. */
public final class Listings {
    private static final int MAX_TEXT_BYTES = 1024;

    private final ObjectReads reads;
    private final List<String> buckets;

    /**
     * Lists from {@code reads}.
     *
     * @param buckets the buckets there are, by the unsigned UTF-8 bytes of their names
     */
    public Listings(ObjectReads reads, SortedSet<String> buckets) {
        this.reads = reads;
        this.buckets = List.copyOf(buckets);
    }

    /** One page of objects, and the token of the next; "" at the end. */
    public record ObjectPage(ObjectListing listing, String nextPageToken) {}

    /** One page of bucket names, and the token of the next; "" at the end. */
    public record BucketPage(List<String> buckets, String nextPageToken) {}

    /**
     * Objects of a bucket.
     *
     * @param pageSize 0 for the default; above the most, the most
     * @param pageToken "" for the first page
     * @throws InvalidRequestException naming the field that is wrong
     * @throws io.rangestream.store.ObjectStoreException where the store fails
     */
    public ObjectPage objects(
            String bucket, String prefix, String delimiter, int pageSize, String pageToken) {
        return objects(bucket, prefix, delimiter, pageSize, pageToken, new Cancellation());
    }

    /** The same for a client that may leave. */
    public ObjectPage objects(
            String bucket,
            String prefix,
            String delimiter,
            int pageSize,
            String pageToken,
            Cancellation cancellation) {
        requireShort("prefix", prefix);
        requireShort("delimiter", delimiter);
        String scope = String.join("\0", bucket, prefix, delimiter);
        Optional<String> continuation = PageToken.read(scope, pageToken);
        ObjectListing.Query query =
                new ObjectListing.Query(
                        bucket, prefix, delimiter, effectivePageSize(pageSize), continuation);
        ObjectListing listing;
        try {
            listing = reads.list(query, cancellation);
        } catch (IllegalArgumentException e) {
            if (continuation.isEmpty()) {
                throw e;
            }
            throw PageToken.invalid();
        }
        return new ObjectPage(listing, PageToken.write(scope, listing.next()));
    }

    /**
     * The buckets that there are.
     *
     * @throws InvalidRequestException naming the field that is wrong
     */
    public BucketPage buckets(int pageSize, String pageToken) {
        int size = effectivePageSize(pageSize);
        Optional<String> after = PageToken.read("", pageToken);
        int from = after.map(this::indexAfter).orElse(0);
        int to = Math.min(buckets.size(), from + size);
        List<String> page = buckets.subList(from, to);
        Optional<String> next =
                to < buckets.size() ? Optional.of(page.getLast()) : Optional.empty();
        return new BucketPage(page, PageToken.write("", next));
    }

    // By order, not by place: a bucket may have gone from the configuration since.
    private int indexAfter(String name) {
        int index = Collections.binarySearch(buckets, name, KeyOrder.UTF_8_BYTES);
        return index < 0 ? -index - 1 : index + 1;
    }

    private static int effectivePageSize(int pageSize) {
        if (pageSize < 0) {
            throw new InvalidRequestException("page_size", "is negative");
        }
        return pageSize == 0
                ? ObjectListing.Query.MAX_PAGE_SIZE
                : Math.min(pageSize, ObjectListing.Query.MAX_PAGE_SIZE);
    }

    private static void requireShort(String field, String value) {
        if (value.getBytes(StandardCharsets.UTF_8).length > MAX_TEXT_BYTES) {
            throw new InvalidRequestException(field, "is longer than 1024 bytes of UTF-8");
        }
    }
}
