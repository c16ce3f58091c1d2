package io.rangestream.store.s3;

import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Provides the credentials of one bucket from its configured source. Belongs to the bucket's S3
 * client, which closes it together with the providers and STS clients that it created. Safe for use
 * by many threads.
 */
final class S3Signing implements AwsCredentialsProvider, SdkAutoCloseable {
    /** The session name in CloudTrail. */
    private static final String SESSION_NAME = "rangestream";

    private final AwsProfiles profiles;
    private final Supplier<Region> region;

    /** In closing order. */
    private final Deque<SdkAutoCloseable> parts = new ArrayDeque<>();

    private final AwsCredentialsProvider provider;

    /**
     * Opens no connection yet.
     *
     * @param region the region of STS; requested only if a role is assumed
     */
    S3Signing(S3Credentials credentials, AwsProfiles profiles, Supplier<Region> region) {
        this.profiles = profiles;
        this.region = region;
        provider = provider(credentials);
    }

    @Override
    public AwsCredentials resolveCredentials() {
        return provider.resolveCredentials();
    }

    private AwsCredentialsProvider provider(S3Credentials credentials) {
        return switch (credentials) {
            case S3Credentials.DefaultChain() ->
                    owned(DefaultCredentialsProvider.builder().profileFile(profiles).build());
            case S3Credentials.Anonymous() -> AnonymousCredentialsProvider.create();
            case S3Credentials.Keys keys -> StaticCredentialsProvider.create(keys(keys));
            case S3Credentials.Profile(String name) ->
                    owned(
                            ProfileCredentialsProvider.builder()
                                    .profileFile(profiles)
                                    .profileName(name)
                                    .build());
            case S3Credentials.Role role -> assumed(role);
        };
    }

    private static AwsCredentials keys(S3Credentials.Keys keys) {
        return keys.sessionToken().isEmpty()
                ? AwsBasicCredentials.create(keys.accessKeyId(), keys.secretAccessKey())
                : AwsSessionCredentials.create(
                        keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken().get());
    }

    private AwsCredentialsProvider assumed(S3Credentials.Role role) {
        StsClient sts =
                owned(
                        StsClient.builder()
                                .region(region.get())
                                .credentialsProvider(provider(role.source()))
                                .overrideConfiguration(
                                        override ->
                                                profiles.use(override, profileName(role.source())))
                                .build());
        return owned(
                StsAssumeRoleCredentialsProvider.builder()
                        .stsClient(sts)
                        .refreshRequest(
                                request -> {
                                    request.roleArn(role.arn()).roleSessionName(SESSION_NAME);
                                    role.externalId().ifPresent(request::externalId);
                                })
                        .build());
    }

    /** The profile of the SDK's other settings; absent for the default one. */
    static Optional<String> profileName(S3Credentials credentials) {
        return switch (credentials) {
            case S3Credentials.Profile(String name) -> Optional.of(name);
            case S3Credentials.Role role -> profileName(role.source());
            case S3Credentials.DefaultChain _, S3Credentials.Anonymous _, S3Credentials.Keys _ ->
                    Optional.empty();
        };
    }

    private <T extends SdkAutoCloseable> T owned(T part) {
        parts.addFirst(part);
        return part;
    }

    @Override
    public void close() {
        for (SdkAutoCloseable part : parts) {
            try {
                part.close();
            } catch (RuntimeException e) {
                // The other parts are closed nevertheless.
                System.getLogger(S3Signing.class.getName())
                        .log(
                                System.Logger.Level.DEBUG,
                                "Closing a source of credentials failed",
                                e);
            }
        }
    }
}
