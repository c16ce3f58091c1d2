package io.rangestream.store.s3;

import io.rangestream.store.s3.S3Credentials.DefaultChain;
import io.rangestream.store.s3.S3Credentials.Keys;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a bucket is and how it is reached.
 *
 * @param bucket its name in S3
 * @param prefix stands before every key, as it is; empty: none
 * @param endpoint where other than at AWS
 * @param region absent: where there is an endpoint {@code us-east-1}, else as AWS's own chain says
 * @param pathStyleAccess whether the bucket's name goes into the path instead of the host's name
 * @param credentials what signs the requests
 * @param requesterPays whether requests accept that their sender is charged for them
 * @param caCertificates a PEM file of the authorities that the endpoint's certificate is checked
 *     against; absent: those of the JDK
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

    /** So many requests of one bucket can be under way at once. */
    public static final int MAX_CONNECTIONS = 256;

    public S3StoreConfig {
        if (bucket.isBlank()) {
            throw new IllegalArgumentException("bucket is empty");
        }
    }

    /** With fixed keys, or with AWS's default chain if there are none; the rest as usual. */
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
                    "access-key-id and secret-access-key are given together or not at all: bucket "
                            + bucket);
        }
        return accessKeyId.isEmpty()
                ? new DefaultChain()
                : new Keys(accessKeyId.get(), secretAccessKey.orElseThrow(), Optional.empty());
    }
}
