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

/** Pages of objects and of buckets, for the HTTP and the gRPC endpoint. Safe for many threads. */
public final class Listings {
    private static final int MAX_TEXT_BYTES = 1024;

    private final ObjectReads reads;
    private final List<String> buckets;

    /**
     * Listings of a set of buckets.
     *
     * @param reads lists the objects; closed by its owner
     * @param buckets the names of all buckets, in the order of their UTF-8 bytes, unsigned
     */
    public Listings(ObjectReads reads, SortedSet<String> buckets) {
        this.reads = reads;
        this.buckets = List.copyOf(buckets);
    }

    /** A page of objects, and the token of the next page; "" on the last page. */
    public record ObjectPage(ObjectListing listing, String nextPageToken) {}

    /** A page of bucket names, and the token of the next page; "" on the last page. */
    public record BucketPage(List<String> buckets, String nextPageToken) {}

    /**
     * A page of the objects of a bucket.
     *
     * @param bucket the name of the bucket
     * @param prefix the prefix of the keys, at most 1024 bytes of UTF-8; "" for all keys
     * @param delimiter groups keys into common prefixes, at most 1024 bytes of UTF-8; "" for none
     * @param pageSize number of entries, at least 0; 0 for the default; a larger value than {@link
     *     ObjectListing.Query#MAX_PAGE_SIZE} is reduced to it
     * @param pageToken the token of the page; "" for the first page
     * @throws InvalidRequestException if a field is invalid
     * @throws io.rangestream.store.ObjectStoreException if the store fails
     */
    public ObjectPage objects(
            String bucket, String prefix, String delimiter, int pageSize, String pageToken) {
        return objects(bucket, prefix, delimiter, pageSize, pageToken, new Cancellation());
    }

    /** As above, for a client that may cancel. */
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
     * A page of the buckets.
     *
     * @param pageSize as for {@link #objects(String, String, String, int, String)}
     * @param pageToken the token of the page; "" for the first page
     * @throws InvalidRequestException if a field is invalid
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

    // By name, not by position: the configuration may have changed between the pages.
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
