package io.rangestream.store.s3;

import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectListing.Entry;
import io.rangestream.store.ObjectListing.Query;
import io.rangestream.store.ObjectStoreException.Unavailable;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * One page by ListObjectsV2, which goes by UTF-8 bytes already. The configured prefix is unseen.
 */
final class S3Listing {
    private final S3Client client;
    private final S3StoreConfig config;

    S3Listing(S3Client client, S3StoreConfig config) {
        this.client = client;
        this.config = config;
    }

    ObjectListing read(Query query) {
        ListObjectsV2Request.Builder request =
                ListObjectsV2Request.builder()
                        .bucket(config.bucket())
                        // XML has no words for some characters that keys may have.
                        .encodingType(EncodingType.URL)
                        .maxKeys(query.pageSize())
                        .prefix(config.prefix() + query.prefix());
        if (!query.delimiter().isEmpty()) {
            request.delimiter(query.delimiter());
        }
        query.continuation().ifPresent(request::continuationToken);
        ListObjectsV2Response page;
        try {
            page = client.listObjectsV2(request.build());
        } catch (SdkException e) {
            if (query.continuation().isPresent() && isInvalidArgument(e)) {
                throw new IllegalArgumentException(
                        "not a continuation of this listing: " + query.continuation().get(), e);
            }
            throw S3Errors.classify(query.bucket(), false, e);
        }
        return new ObjectListing(objects(page), commonPrefixes(page), next(query, page));
    }

    private static boolean isInvalidArgument(SdkException e) {
        return e instanceof AwsServiceException answer
                && answer.statusCode() == 400
                && answer.awsErrorDetails() != null
                && "InvalidArgument".equals(answer.awsErrorDetails().errorCode());
    }

    // What nobody could ask for by its key is left out: a page may be shorter than it could be.
    private List<Entry> objects(ListObjectsV2Response page) {
        return page.contents().stream()
                .filter(object -> object.key().length() > config.prefix().length())
                .map(this::entry)
                .filter(entry -> ObjectId.keyViolation(entry.key()).isEmpty())
                .toList();
    }

    private Entry entry(S3Object object) {
        return new Entry(
                withoutPrefix(object.key()),
                object.size(),
                Optional.ofNullable(object.eTag()).flatMap(S3Answer::parseTag),
                Optional.ofNullable(object.lastModified()).map(S3Listing::toSeconds));
    }

    private static Instant toSeconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }

    private List<String> commonPrefixes(ListObjectsV2Response page) {
        return page.commonPrefixes().stream()
                .map(CommonPrefix::prefix)
                .map(this::withoutPrefix)
                .toList();
    }

    private String withoutPrefix(String key) {
        return key.substring(config.prefix().length());
    }

    private static Optional<String> next(Query query, ListObjectsV2Response page) {
        if (!Boolean.TRUE.equals(page.isTruncated())) {
            return Optional.empty();
        }
        if (page.nextContinuationToken() == null) {
            throw new Unavailable(query.bucket(), "lists a part, and not how to go on", null);
        }
        Optional<String> next = Optional.of(page.nextContinuationToken());
        if (next.equals(query.continuation())) {
            // MinIO does so for delimiters other than a slash: a walk would never end.
            throw new Unavailable(query.bucket(), "lists the same page again", null);
        }
        return next;
    }
}
