package io.rangestream.store.s3;

import java.net.URI;
import java.util.Optional;

/**
 * Where a bucket is and how it is reached.
 *
 * @param bucket its name in S3
 * @param prefix stands before every key, as it is; empty: none
 * @param endpoint where other than at AWS
 * @param region absent: where there is an endpoint {@code us-east-1}, else as AWS's own chain says
 * @param pathStyleAccess whether the bucket's name goes into the path instead of the host's name
 * @param accessKeyId absent: AWS's default chain of credentials
 * @param secretAccessKey given with the access key id, and only with it
 */
public record S3StoreConfig(
        String bucket,
        String prefix,
        Optional<URI> endpoint,
        Optional<String> region,
        boolean pathStyleAccess,
        Optional<String> accessKeyId,
        Optional<String> secretAccessKey) {

    /** So many requests of one bucket can be under way at once. */
    public static final int MAX_CONNECTIONS = 256;

    public S3StoreConfig {
        if (bucket.isBlank()) {
            throw new IllegalArgumentException("bucket is empty");
        }
        if (accessKeyId.isPresent() != secretAccessKey.isPresent()) {
            throw new IllegalArgumentException(
                    "access-key-id and secret-access-key are given together or not at all: bucket "
                            + bucket);
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "S3StoreConfig[bucket="
                + bucket
                + ", prefix="
                + prefix
                + ", endpoint="
                + endpoint.map(URI::toString).orElse("AWS")
                + ", region="
                + region.orElse("default")
                + ", pathStyleAccess="
                + pathStyleAccess
                + ", accessKeyId="
                + accessKeyId.orElse("default chain")
                + ", secretAccessKey="
                + secretAccessKey.map(secret -> "***").orElse("default chain")
                + "]";
    }
}
