package io.rangestream.store.s3;

import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Provides credentials and marks its failures, so that they can be distinguished from failures of
 * the store: neither an empty chain nor a refusal of STS says anything about the requested object.
 * The SDK calls it for each request. Closes the source. Safe for use by many threads.
 */
final class ReportedCredentials implements AwsCredentialsProvider, SdkAutoCloseable {
    private final S3Signing credentials;

    ReportedCredentials(S3Signing credentials) {
        this.credentials = credentials;
    }

    /** No credentials are available to sign a request. */
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
                // The client has left. A provider that is interrupted may throw any exception.
                throw AbortedException.create("interrupted while loading credentials", e);
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
