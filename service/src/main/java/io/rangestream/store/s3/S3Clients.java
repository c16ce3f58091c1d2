package io.rangestream.store.s3;

import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

import java.time.Duration;
import java.util.Optional;

import javax.net.ssl.TrustManager;

/** Makes the SDK's client as this store needs it. */
final class S3Clients {
    /** The first and two more: what fails three times is down, and our caller has a deadline. */
    private static final int ATTEMPTS = 3;

    private static final Duration FIRST_DELAY = Duration.ofMillis(50);
    private static final Duration LAST_DELAY = Duration.ofMillis(400);
    private static final Duration FIRST_THROTTLED_DELAY = Duration.ofMillis(200);
    private static final Duration LAST_THROTTLED_DELAY = Duration.ofSeconds(1);

    private static final String REQUEST_PAYER = "x-amz-request-payer";
    private static final Region REGION_OF_OTHERS = Region.US_EAST_1;

    private S3Clients() {}

    /**
     * Connects to nothing yet.
     *
     * @throws IllegalArgumentException where AWS's chain knows no region
     */
    static S3Client create(S3StoreConfig config, S3Timeouts timeouts) {
        return create(config, timeouts, S3Connections.DEFAULT);
    }

    /** The same, with connections that live and find their way otherwise. */
    static S3Client create(S3StoreConfig config, S3Timeouts timeouts, S3Connections connections) {
        AwsProfiles profiles = AwsProfiles.open();
        Optional<String> profile = S3Signing.profileName(config.credentials());
        Optional<Region> region =
                config.region()
                        .map(Region::of)
                        .or(() -> config.endpoint().map(_ -> REGION_OF_OTHERS));
        S3ClientBuilder builder =
                S3Client.builder()
                        .forcePathStyle(config.pathStyleAccess())
                        // Of a ranged read of an object in parts the SDK's check is a false alarm.
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .overrideConfiguration(
                                override -> {
                                    profiles.use(override.retryStrategy(retries()), profile);
                                    if (config.requesterPays()) {
                                        override.putHeader(REQUEST_PAYER, "requester");
                                    }
                                })
                        .httpClientBuilder(http(config, timeouts, connections));
        config.endpoint().ifPresent(builder::endpointOverride);
        region.ifPresent(builder::region);
        try {
            return builder.credentialsProvider(
                            new S3Signing(
                                    config.credentials(),
                                    profiles,
                                    () -> region.orElseGet(() -> profiles.region(profile))))
                    .build();
        } catch (SdkClientException e) {
            throw new IllegalArgumentException(
                    "no S3 client for bucket " + config.bucket() + ": " + e.getMessage(), e);
        }
    }

    private static Apache5HttpClient.Builder http(
            S3StoreConfig config, S3Timeouts timeouts, S3Connections connections) {
        Apache5HttpClient.Builder http =
                Apache5HttpClient.builder()
                        .maxConnections(S3StoreConfig.MAX_CONNECTIONS)
                        .connectionTimeout(timeouts.connect())
                        .socketTimeout(timeouts.silence())
                        .connectionAcquisitionTimeout(timeouts.connectionFree())
                        .connectionTimeToLive(connections.lifetime())
                        .connectionMaxIdleTime(connections.idle())
                        .dnsResolver(connections.names())
                        .tcpKeepAlive(true);
        config.caCertificates()
                .map(CaCertificates::open)
                .ifPresent(
                        authorities ->
                                http.tlsTrustManagersProvider(
                                        () -> new TrustManager[] {authorities}));
        return http;
    }

    private static StandardRetryStrategy retries() {
        return DefaultRetryStrategy.standardStrategyBuilder()
                .maxAttempts(ATTEMPTS)
                .backoffStrategy(BackoffStrategy.exponentialDelay(FIRST_DELAY, LAST_DELAY))
                .throttlingBackoffStrategy(
                        BackoffStrategy.exponentialDelay(
                                FIRST_THROTTLED_DELAY, LAST_THROTTLED_DELAY))
                .retryOnException(S3Errors::isWorthAnotherAttempt)
                .treatAsThrottling(S3Errors::isThrottling)
                .useClientDefaults(false)
                .build();
    }
}
