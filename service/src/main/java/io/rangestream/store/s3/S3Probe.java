package io.rangestream.store.s3;

import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

/** The health probe of one bucket. Safe for use by many threads. */
final class S3Probe {
    private final S3Requests requests;
    private final S3StoreConfig config;
    private final S3Timeouts timeouts;
    private final S3Quirks quirks;

    S3Probe(S3Requests requests, S3StoreConfig config, S3Timeouts timeouts, S3Quirks quirks) {
        this.requests = requests;
        this.config = config;
        this.timeouts = timeouts;
        this.quirks = quirks;
    }

    /**
     * As {@link S3ObjectStore#probe}. Sends a HEAD of the bucket. If that is refused, it lists one
     * object, because the response to a HEAD has no reason. A throttling response is a success, as
     * is a refusal of only this request.
     */
    void send() {
        HeadBucketRequest head =
                HeadBucketRequest.builder()
                        .bucket(config.bucket())
                        .overrideConfiguration(time -> time.apiCallTimeout(timeouts.probe()))
                        .build();
        try {
            requests.send(client -> client.headBucket(head));
            quirks.bucketMissing(false);
        } catch (SdkException e) {
            if (S3ErrorResponse.matches(e, S3ErrorResponse::isThrottling)) {
                return;
            }
            if (S3ErrorResponse.matches(e, S3ErrorResponse::isUnexplained)) {
                list();
                return;
            }
            RuntimeException failure = S3Errors.classify(config.bucket(), false, e);
            if (failure instanceof NotFound) {
                quirks.bucketMissing(true);
                throw new NotFound(Missing.BUCKET, config.bucket());
            }
            throw failure;
        }
    }

    private void list() {
        ListObjectsV2Request list =
                ListObjectsV2Request.builder()
                        .bucket(config.bucket())
                        .prefix(config.prefix())
                        .maxKeys(1)
                        .overrideConfiguration(time -> time.apiCallTimeout(timeouts.probe()))
                        .build();
        try {
            requests.send(client -> client.listObjectsV2(list));
            quirks.bucketMissing(false);
        } catch (SdkException e) {
            RuntimeException failure = S3Errors.classify(config.bucket(), false, e);
            boolean isMissing = failure instanceof NotFound;
            quirks.bucketMissing(isMissing);
            boolean responds =
                    failure instanceof Throttled
                            || failure instanceof Unavailable refusal && refusal.isRefusal();
            if (!responds) {
                throw failure;
            }
        }
    }
}
