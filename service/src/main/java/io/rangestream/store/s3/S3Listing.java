package io.rangestream.store.s3;

import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectListing.Entry;
import io.rangestream.store.ObjectListing.Query;
import io.rangestream.store.ObjectStoreException.Unavailable;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Lists pages of one bucket by ListObjectsV2, which lists in the order of UTF-8 bytes. The
 * configured prefix is removed from the keys. An entry that can't be read, or can't be requested by
 * its key, is left out. A page without entries is skipped. Safe for use by many threads.
 */
final class S3Listing {
    /** The number of empty pages in a row, for example of a bucket full of delete markers. */
    private static final int MAX_EMPTY_PAGES = 10;

    /** A token must fit into the query of the next request. */
    private static final int MAX_TOKEN_CHARS = 2048;

    private static final String SIZE = "[0-9]{1,19}";

    private final S3Requests requests;
    private final S3StoreConfig config;
    private final S3Timeouts timeouts;
    private final S3Quirks quirks;

    S3Listing(S3Requests requests, S3StoreConfig config, S3Timeouts timeouts, S3Quirks quirks) {
        this.requests = requests;
        this.config = config;
        this.timeouts = timeouts;
        this.quirks = quirks;
    }

    ObjectListing read(Query query) {
        if (cannotMatchAnyKey(query.prefix())) {
            return new ObjectListing(List.of(), List.of(), Optional.empty());
        }
        Optional<String> continuation = query.continuation();
        long beganNanos = System.nanoTime();
        for (int pages = 1; ; pages++) {
            ObjectListing page = page(query, continuation);
            boolean isEmpty = page.objects().isEmpty() && page.commonPrefixes().isEmpty();
            // If the store is slow, the client receives the empty page; it can request the next one
            // or leave.
            boolean isLate = System.nanoTime() - beganNanos > timeouts.silence().toNanos();
            if (!isEmpty || page.next().isEmpty() || pages == MAX_EMPTY_PAGES || isLate) {
                return page;
            }
            continuation = page.next();
        }
    }

    /** Whether every key with this prefix would have an invalid segment. */
    private static boolean cannotMatchAnyKey(String prefix) {
        int lastSlash = prefix.lastIndexOf('/');
        boolean hasDots =
                lastSlash >= 0 && ObjectId.keyViolation(prefix.substring(0, lastSlash)).isPresent();
        return hasDots || prefix.chars().anyMatch(Character::isISOControl);
    }

    private ObjectListing page(Query query, Optional<String> continuation) {
        S3ListReader.Target target = new S3ListReader.Target(timeouts.silence().toNanos());
        ListObjectsV2Request.Builder request =
                ListObjectsV2Request.builder()
                        .bucket(config.bucket())
                        // XML can't express some characters that keys may have.
                        .encodingType(EncodingType.URL)
                        .maxKeys(query.pageSize())
                        .prefix(config.prefix() + query.prefix())
                        .overrideConfiguration(
                                override ->
                                        override.putExecutionAttribute(
                                                S3ListReader.TARGET, target));
        if (!query.delimiter().isEmpty()) {
            request.delimiter(query.delimiter());
        }
        continuation.ifPresent(request::continuationToken);
        ListObjectsV2Request built = request.build();
        try {
            requests.send(client -> client.listObjectsV2(built));
            return listing(query, continuation, target.page());
        } catch (SdkException e) {
            throw failure(query, e);
        } catch (IOException e) {
            throw S3Errors.noResponse(query.bucket(), "sent an unreadable list: " + e, e);
        }
    }

    private static RuntimeException failure(Query query, SdkException e) {
        if (query.continuation().isPresent()
                && S3ErrorResponse.matches(e, S3ErrorResponse::isInvalidArgument)) {
            return new IllegalArgumentException(
                    "not a page token of this listing: " + query.continuation().get(), e);
        }
        return S3ErrorResponse.matches(e, S3ErrorResponse::isNotImplemented)
                ? Unavailable.refused(query.bucket(), "does not implement ListObjectsV2 (501)", e)
                : S3Errors.classify(query.bucket(), false, e);
    }

    private ObjectListing listing(Query query, Optional<String> continuation, S3ListPage page) {
        Function<String, String> decoding = page.decoding();
        List<Entry> objects = new ArrayList<>();
        for (Map<String, String> object : page.objects()) {
            if (isPrefixItself(object, decoding)) {
                continue;
            }
            Optional<Entry> entry = entry(object, decoding);
            entry.ifPresentOrElse(objects::add, () -> quirks.leftOut(object.get("Key")));
        }
        List<String> prefixes = new ArrayList<>();
        for (String encoded : page.prefixes()) {
            Optional<String> prefix = withoutPrefix(decoding.apply(encoded));
            prefix.ifPresentOrElse(prefixes::add, () -> quirks.leftOut(encoded));
        }
        return new ObjectListing(objects, prefixes, next(query, continuation, page));
    }

    // The marker object of the folder that is the configured prefix: its key would be empty.
    private boolean isPrefixItself(Map<String, String> object, Function<String, String> decoding) {
        return !config.prefix().isEmpty()
                && decoding.apply(object.getOrDefault("Key", "")).equals(config.prefix());
    }

    private Optional<Entry> entry(Map<String, String> object, Function<String, String> decoding) {
        Optional<String> key =
                withoutPrefix(decoding.apply(object.getOrDefault("Key", "")))
                        .filter(name -> ObjectId.keyViolation(name).isEmpty());
        String size = object.getOrDefault("Size", "").strip();
        if (key.isEmpty() || !size.matches(SIZE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Entry(
                            key.get(),
                            Long.parseLong(size),
                            Optional.ofNullable(object.get("ETag"))
                                    .map(String::strip)
                                    .flatMap(S3ResponseHead::parseTag),
                            Optional.ofNullable(object.get("LastModified"))
                                    .flatMap(S3Dates::parse)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The key as clients see it; empty if it is not below the configured prefix. */
    private Optional<String> withoutPrefix(String key) {
        return key.length() > config.prefix().length() && key.startsWith(config.prefix())
                ? Optional.of(key.substring(config.prefix().length()))
                : Optional.empty();
    }

    private static Optional<String> next(
            Query query, Optional<String> continuation, S3ListPage page) {
        if (!page.element("IsTruncated").filter("true"::equals).isPresent()) {
            return Optional.empty();
        }
        Optional<String> next = page.element("NextContinuationToken");
        if (next.isEmpty() || next.get().length() > MAX_TOKEN_CHARS) {
            throw new Unavailable(query.bucket(), "sent a truncated list without a token", null);
        }
        if (next.equals(continuation)) {
            // MinIO does this for delimiters other than a slash. A walk would never end.
            throw new Unavailable(query.bucket(), "sent the same page token again", null);
        }
        return next;
    }
}
