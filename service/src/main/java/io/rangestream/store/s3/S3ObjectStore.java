package io.rangestream.store.s3;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.Representation;

import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Serves one S3 bucket, or a prefix of it, under any bucket name of this server. The SDK retries
 * the start of a request a few times ({@link S3Retries}); a body is not retried here. A wait ends
 * when its thread is interrupted. Safe for use by many threads.
 */
public final class S3ObjectStore implements ObjectStore {
    private final S3Requests requests;
    private final S3StoreConfig config;
    private final S3Heads heads;
    private final S3Reads reads;
    private final S3Listing listing;
    private final S3Probe probe;

    private S3ObjectStore(
            S3Requests requests,
            S3Quirks quirks,
            S3StoreConfig config,
            S3Timeouts timeouts,
            Clock clock) {
        this.requests = requests;
        this.config = config;
        Function<SdkHttpResponse, S3ResponseHead> toHead =
                head -> new S3ResponseHead(head, clock.instant());
        S3Gets gets = new S3Gets(requests, quirks, this::getRequest, toHead);
        this.heads = new S3Heads(requests, gets, quirks, this::headRequest, toHead);
        this.reads = new S3Reads(gets, heads, quirks);
        this.listing = new S3Listing(requests, config, timeouts, quirks);
        this.probe = new S3Probe(requests, config, timeouts, quirks);
    }

    /**
     * Creates a store. It connects at its first request.
     *
     * @param firstByteDeadline the longest time that a reader waits for bytes; all time-outs are
     *     derived from it
     * @param clock the time of responses without a Date field
     * @throws IllegalArgumentException if no region is configured and AWS's default chain has none
     */
    public static S3ObjectStore create(
            S3StoreConfig config, Duration firstByteDeadline, Clock clock) {
        return create(config, S3Timeouts.of(firstByteDeadline), clock);
    }

    /** Creates a store with the time-outs of the default deadline. */
    public static S3ObjectStore create(S3StoreConfig config, Clock clock) {
        return create(config, S3Timeouts.DEFAULT, clock);
    }

    static S3ObjectStore create(S3StoreConfig config, S3Timeouts timeouts, Clock clock) {
        S3Quirks quirks = new S3Quirks(config.bucket());
        S3HttpClient http =
                S3Clients.http(config, timeouts, S3Connections.DEFAULT, quirks::acceptsGzip);
        try {
            return new S3ObjectStore(new S3Requests(config, http), quirks, config, timeouts, clock);
        } catch (RuntimeException e) {
            http.close();
            throw e;
        }
    }

    private GetObjectRequest.Builder getRequest(ObjectId id) {
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(config.bucket()).key(key(id));
        id.versionId().ifPresent(request::versionId);
        return request;
    }

    private HeadObjectRequest.Builder headRequest(ObjectId id) {
        HeadObjectRequest.Builder request =
                HeadObjectRequest.builder().bucket(config.bucket()).key(key(id));
        id.versionId().ifPresent(request::versionId);
        return request;
    }

    private String key(ObjectId id) {
        return config.prefix() + id.key();
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        return reads.open(id, ifMatch, wanted);
    }

    @Override
    public Representation head(ObjectId id) {
        return heads.now(id, Optional.empty());
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return listing.read(query);
    }

    @Override
    public void probe() {
        probe.send();
    }

    @Override
    public void close() {
        requests.close();
    }
}
