package io.rangestream.store.s3;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sends one bucket's requests by an S3 client of the right region. If the store names another
 * region, a client of that region replaces this one and the request is sent again. Owns the clients
 * and closes them. Safe for use by many threads.
 */
final class S3Requests implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(S3Requests.class.getName());

    /** A bucket has one region. A store that names more than these is misconfigured. */
    private static final int MAX_CHANGES = 3;

    private final S3StoreConfig config;
    private final S3HttpClient http;
    private final Object lock = new Object();
    // Requests may still be in flight by clients that were replaced.
    private final List<S3Client> all = new ArrayList<>();
    private volatile Current current;

    /** Compared by identity: each instance replaces the one before. */
    private static final class Current {
        private final S3Client client;
        private final Optional<String> learntRegion;

        Current(S3Client client, Optional<String> learntRegion) {
            this.client = client;
            this.learntRegion = learntRegion;
        }
    }

    S3Requests(S3StoreConfig config, S3HttpClient http) {
        this.config = config;
        this.http = http;
        this.current =
                new Current(S3Clients.create(config, http, Optional.empty()), Optional.empty());
        all.add(current.client);
    }

    /**
     * Sends a request.
     *
     * @throws SdkException as the SDK's client
     */
    <T> T send(Function<S3Client, T> request) {
        Current used = current;
        try {
            return request.apply(used.client);
        } catch (SdkException e) {
            Optional<String> region = S3ErrorResponse.of(e).flatMap(S3ErrorResponse::bucketRegion);
            if (region.isPresent() && changeRegion(used, region.get())) {
                return request.apply(current.client);
            }
            throw e;
        }
    }

    /**
     * Replaces the client that sent a request by one of another region. Returns whether a client
     * other than {@code used} is current after that.
     */
    private boolean changeRegion(Current used, String region) {
        synchronized (lock) {
            if (current != used) {
                return true;
            }
            boolean isUsed = signingRegion(used).equals(Optional.of(region));
            if (isUsed || all.size() > MAX_CHANGES) {
                return false;
            }
            S3Client client = S3Clients.create(config, http, Optional.of(Region.of(region)));
            all.add(client);
            current = new Current(client, Optional.of(region));
        }
        LOGGER.log(
                Level.WARNING,
                "S3 bucket {0} is in region {1}; set its region to that",
                config.bucket(),
                region);
        return true;
    }

    private static Optional<String> signingRegion(Current used) {
        return used.learntRegion.or(
                () ->
                        Optional.ofNullable(used.client.serviceClientConfiguration().region())
                                .map(Region::id));
    }

    @Override
    public void close() {
        try {
            synchronized (lock) {
                all.forEach(S3Client::close);
            }
        } finally {
            http.close();
        }
    }
}
