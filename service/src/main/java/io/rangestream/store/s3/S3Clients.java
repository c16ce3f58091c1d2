package io.rangestream.store.s3;

import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

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
     * @param http stays its owner's
     * @param learntRegion wins over the configured one
     * @throws IllegalArgumentException where AWS's chain knows no region
     */
    static S3Client create(
            S3StoreConfig config, SdkHttpClient http, Optional<Region> learntRegion) {
        AwsProfiles profiles = AwsProfiles.open();
        Optional<String> profile = S3Signing.profileName(config.credentials());
        Optional<Region> region =
                learntRegion
                        .or(() -> config.region().map(Region::of))
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
                                    override.addExecutionInterceptor(new S3ListReader());
                                    if (config.requesterPays()) {
                                        override.putHeader(REQUEST_PAYER, "requester");
                                    }
                                })
                        .httpClient(http);
        config.endpoint().ifPresent(builder::endpointOverride);
        region.ifPresent(builder::region);
        try {
            return builder.credentialsProvider(
                            new ReportedCredentials(
                                    new S3Signing(
                                            config.credentials(),
                                            profiles,
                                            () ->
                                                    region.orElseGet(
                                                            () -> profiles.region(profile)))))
                    .build();
        } catch (SdkClientException e) {
            throw new IllegalArgumentException(
                    "no S3 client for bucket " + config.bucket() + ": " + e.getMessage(), e);
        }
    }

    /**
     * The HTTP client of one bucket, which the caller closes.
     *
     * @param acceptsGzip whether requests have {@code Accept-Encoding: gzip}
     */
    static S3HttpClient http(
            S3StoreConfig config,
            S3Timeouts timeouts,
            S3Connections connections,
            BooleanSupplier acceptsGzip) {
        S3HttpClient.Builder http =
                S3HttpClient.builder(timeouts, acceptsGzip)
                        .connectionTimeToLive(connections.lifetime())
                        .connectionMaxIdleTime(connections.idle())
                        .dnsResolver(connections.names());
        config.caCertificates()
                .map(CaCertificates::open)
                .ifPresent(
                        authorities ->
                                http.tlsTrustManagersProvider(
                                        () -> new TrustManager[] {authorities}));
        return http.build();
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
