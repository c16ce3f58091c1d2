package io.rangestream.store.s3;

import io.rangestream.store.s3.S3Credentials.DefaultChain;
import io.rangestream.store.s3.S3Credentials.Keys;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The location of a bucket and the way to reach it.
 *
 * @param bucket the bucket's name in S3
 * @param prefix the text before every key, unchanged; empty for none
 * @param endpoint the URL of a store other than AWS
 * @param region the region; if absent, {@code us-east-1} with an endpoint, otherwise AWS's default
 *     chain decides
 * @param pathStyleAccess whether the bucket's name is in the path instead of the host name
 * @param credentials the credentials that sign the requests
 * @param requesterPays whether this account accepts the charge for its requests
 * @param caCertificates a PEM file of the authorities that the endpoint's certificate is checked
 *     against; absent for those of the JDK
 */
public record S3StoreConfig(
        String bucket,
        String prefix,
        Optional<URI> endpoint,
        Optional<String> region,
        boolean pathStyleAccess,
        S3Credentials credentials,
        boolean requesterPays,
        Optional<Path> caCertificates) {

    /** The maximum number of concurrent requests of one bucket. */
    public static final int MAX_CONNECTIONS = S3Connections.MAX_OPEN;

    public S3StoreConfig {
        if (bucket.isBlank()) {
            throw new IllegalArgumentException("bucket is empty");
        }
    }

    /**
     * With fixed keys, or with AWS's default chain if there are none. The other settings have their
     * defaults.
     */
    public S3StoreConfig(
            String bucket,
            String prefix,
            Optional<URI> endpoint,
            Optional<String> region,
            boolean pathStyleAccess,
            Optional<String> accessKeyId,
            Optional<String> secretAccessKey) {
        this(
                bucket,
                prefix,
                endpoint,
                region,
                pathStyleAccess,
                keys(bucket, accessKeyId, secretAccessKey),
                false,
                Optional.empty());
    }

    private static S3Credentials keys(
            String bucket, Optional<String> accessKeyId, Optional<String> secretAccessKey) {
        if (accessKeyId.isPresent() != secretAccessKey.isPresent()) {
            throw new IllegalArgumentException(
                    "access-key-id and secret-access-key must be given together: bucket " + bucket);
        }
        return accessKeyId.isEmpty()
                ? new DefaultChain()
                : new Keys(accessKeyId.get(), secretAccessKey.orElseThrow(), Optional.empty());
    }
}
