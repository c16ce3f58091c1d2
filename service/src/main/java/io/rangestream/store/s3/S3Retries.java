package io.rangestream.store.s3;

import org.apache.hc.client5.http.ConnectTimeoutException;

import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;

import java.io.IOException;
import java.time.Duration;

/**
 * The SDK's retries of the start of a request. A body is never retried here: the engine resumes
 * broken reads.
 */
final class S3Retries {
    /** A store that fails three times is down, and the caller has a deadline. */
    private static final int ATTEMPTS = 3;

    private static final Duration FIRST_DELAY = Duration.ofMillis(50);
    private static final Duration LAST_DELAY = Duration.ofMillis(400);
    private static final Duration FIRST_THROTTLED_DELAY = Duration.ofMillis(200);
    private static final Duration LAST_THROTTLED_DELAY = Duration.ofSeconds(1);

    /** The longest Retry-After that is waited for here; the caller has a deadline. */
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofSeconds(1);

    private S3Retries() {}

    static StandardRetryStrategy strategy() {
        return DefaultRetryStrategy.standardStrategyBuilder()
                .maxAttempts(ATTEMPTS)
                .backoffStrategy(BackoffStrategy.exponentialDelay(FIRST_DELAY, LAST_DELAY))
                .throttlingBackoffStrategy(
                        BackoffStrategy.exponentialDelay(
                                FIRST_THROTTLED_DELAY, LAST_THROTTLED_DELAY))
                .retryOnException(S3Retries::isRetryable)
                .treatAsThrottling(e -> S3ErrorResponse.matches(e, S3ErrorResponse::isThrottling))
                .useClientDefaults(false)
                .build();
    }

    /**
     * Whether the start of a request may be retried. It is not retried after a time-out in silence,
     * nor if the store requests a longer pause. A wrong clock is retried, because the SDK signs by
     * the store's clock from then on.
     */
    private static boolean isRetryable(Throwable e) {
        if (Thread.currentThread().isInterrupted()) {
            // The client has left. A retry would use up the budget that all requests share.
            return false;
        }
        return S3ErrorResponse.of(e)
                .map(S3Retries::isRetryable)
                .orElseGet(() -> !S3Errors.hasNoCredentials(e) && isConnectionFailure(e));
    }

    private static boolean isRetryable(S3ErrorResponse response) {
        boolean mayPass =
                !response.isAboutThisRequest()
                        || response.isThrottling()
                        || response.isClockSkewed()
                        || response.code().equals("RequestTimeout");
        return mayPass
                && response.retryAfter().orElse(Duration.ZERO).compareTo(LONGEST_RETRY_AFTER) <= 0;
    }

    private static boolean isConnectionFailure(Throwable e) {
        return S3Errors.causes(e).anyMatch(IOException.class::isInstance)
                && S3Errors.causes(e)
                        .noneMatch(
                                cause ->
                                        S3Errors.isTimeout(cause)
                                                && !(cause instanceof ConnectTimeoutException));
    }
}
