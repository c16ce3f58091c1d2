package io.rangestream.store.s3;

import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Creates and configures the SDK's S3 client and the HTTP client below it, for {@link S3Requests}.
 */
final class S3Clients {
    private static final String REQUEST_PAYER = "x-amz-request-payer";

    /** The region of stores other than AWS, which ignore it. */
    private static final Region REGION_OF_OTHERS = Region.US_EAST_1;

    private S3Clients() {}

    /**
     * Creates an S3 client. Opens no connection yet.
     *
     * @param http the HTTP client, which its owner closes
     * @param learntRegion the region that the store named; replaces the configured one
     * @throws IllegalArgumentException if AWS's default chain has no region
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
                        // The SDK's check raises a false alarm for a range of a multipart object.
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .overrideConfiguration(
                                override -> {
                                    profiles.use(
                                            override.retryStrategy(S3Retries.strategy()), profile);
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
     * Creates the HTTP client of one bucket, which the caller closes.
     *
     * @param acceptsGzip whether requests have {@code Accept-Encoding: gzip}
     */
    static S3HttpClient http(
            S3StoreConfig config,
            S3Timeouts timeouts,
            S3Connections connections,
            BooleanSupplier acceptsGzip) {
        return S3HttpClient.create(
                timeouts,
                connections,
                config.caCertificates().map(CaCertificates::open),
                acceptsGzip);
    }
}
