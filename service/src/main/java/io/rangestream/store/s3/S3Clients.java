package io.rangestream.store.s3;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
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

/** Makes the SDK's client as this store needs it. */
final class S3Clients {
    /** The first and two more: what fails three times is down, and our caller has a deadline. */
    private static final int ATTEMPTS = 3;

    private static final Duration FIRST_DELAY = Duration.ofMillis(50);
    private static final Duration LAST_DELAY = Duration.ofMillis(400);
    private static final Duration FIRST_THROTTLED_DELAY = Duration.ofMillis(200);
    private static final Duration LAST_THROTTLED_DELAY = Duration.ofSeconds(1);

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
        S3ClientBuilder builder =
                S3Client.builder()
                        .forcePathStyle(config.pathStyleAccess())
                        .credentialsProvider(new ReportedCredentials(credentials(config)))
                        // Of a ranged read of an object in parts the SDK's check is a false alarm.
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .overrideConfiguration(
                                override ->
                                        override.retryStrategy(retries())
                                                .addExecutionInterceptor(new S3ListReader()))
                        .httpClient(http);
        config.endpoint().ifPresent(builder::endpointOverride);
        config.region()
                .map(Region::of)
                .or(() -> config.endpoint().map(endpoint -> REGION_OF_OTHERS))
                .ifPresent(builder::region);
        learntRegion.ifPresent(builder::region);
        try {
            return builder.build();
        } catch (SdkClientException e) {
            throw new IllegalArgumentException(
                    "no S3 client for bucket " + config.bucket() + ": " + e.getMessage(), e);
        }
    }

    private static AwsCredentialsProvider credentials(S3StoreConfig config) {
        return config.accessKeyId().isEmpty()
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(
                                config.accessKeyId().get(),
                                config.secretAccessKey().orElseThrow()));
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
