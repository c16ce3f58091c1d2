package io.rangestream.store.s3;

import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * A source of credentials whose failures can be told from the store's: neither a chain that finds
 * none nor a refusal of STS says anything about the object that was asked for. Safe for many
 * threads; closes the source.
 */
final class ReportedCredentials implements AwsCredentialsProvider, SdkAutoCloseable {
    private final S3Signing credentials;

    ReportedCredentials(S3Signing credentials) {
        this.credentials = credentials;
    }

    /** There are no credentials to sign with. */
    static final class NotLoadedException extends SdkClientException {
        private static final long serialVersionUID = 1L;

        NotLoadedException(Builder builder) {
            super(builder);
        }
    }

    @Override
    public AwsCredentials resolveCredentials() {
        try {
            return credentials.resolveCredentials();
        } catch (SdkException | IllegalArgumentException | IllegalStateException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            throw new NotLoadedException(
                    SdkClientException.builder()
                            .message("no credentials: " + e.getMessage())
                            .cause(e));
        }
    }

    @Override
    public void close() {
        credentials.close();
    }
}
