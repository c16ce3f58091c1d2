package io.rangestream.store.s3;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpResponse;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The error response of a store, read from the SDK's exception. The conditions compare the code
 * first (S3 API reference, "Error responses"). The status decides if the response has no code, like
 * the response to a HEAD.
 */
record S3ErrorResponse(AwsServiceException exception) {
    static final int MULTIPLE_CHOICES = 300;
    static final int MOVED_PERMANENTLY = 301;
    static final int TEMPORARY_REDIRECT = 307;
    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int PRECONDITION_FAILED = 412;
    static final int RANGE_NOT_SATISFIABLE = 416;
    static final int TOO_MANY_REQUESTS = 429;
    static final int SERVER_ERROR = 500;
    static final int NOT_IMPLEMENTED = 501;
    static final int SERVICE_UNAVAILABLE = 503;

    /** The code of a response without a code. */
    static final String NO_CODE = "";

    private static final Set<String> THROTTLING =
            Set.of(
                    "SlowDown",
                    "SlowDownRead",
                    "SlowDownWrite",
                    "BandwidthLimitExceeded",
                    "KMS.ThrottlingException",
                    "TooManyRequests");
    private static final Set<String> SKEWED = Set.of("RequestTimeTooSkewed", "RequestInTheFuture");

    // The codes that stores send for an optional field that they do not support, for example
    // x-amz-checksum-mode or If-Match.
    private static final Set<String> UNKNOWN_FIELD =
            Set.of(NO_CODE, "InvalidArgument", "InvalidRequest", "NotImplemented", "BadRequest");

    /** The error response in an exception; empty if the store did not respond. */
    static Optional<S3ErrorResponse> of(Throwable e) {
        return e instanceof AwsServiceException service
                ? Optional.of(new S3ErrorResponse(service))
                : Optional.empty();
    }

    /** Whether an exception has an error response that fulfils a condition. */
    static boolean matches(Throwable e, Predicate<S3ErrorResponse> condition) {
        return of(e).filter(condition).isPresent();
    }

    int status() {
        return exception.statusCode();
    }

    /** The store's error code; {@link #NO_CODE} if the response has none. */
    String code() {
        return Optional.ofNullable(exception.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .orElse(NO_CODE);
    }

    boolean hasCode() {
        return !code().equals(NO_CODE);
    }

    /**
     * Whether the store asks for fewer requests. A 503 without a code counts, because S3 sends it
     * for too many requests far more often than when it is down.
     */
    boolean isThrottling() {
        return exception.isThrottlingException()
                || THROTTLING.contains(code())
                || status() == TOO_MANY_REQUESTS
                || status() == SERVICE_UNAVAILABLE && !hasCode();
    }

    /** Whether this server's clock differs too much from the store's. */
    boolean isClockSkewed() {
        return SKEWED.contains(code()) || !hasCode() && exception.isClockSkewException();
    }

    /** Whether the requested range is outside the object. */
    boolean isRangeNotSatisfiable() {
        return status() == RANGE_NOT_SATISFIABLE || code().equals("InvalidRange");
    }

    /** Whether a precondition of the request does not hold. */
    boolean isPreconditionFailed() {
        return status() == PRECONDITION_FAILED;
    }

    /** Whether the store may have refused the request because of an optional field. */
    boolean mayRefuseAField() {
        return (status() == BAD_REQUEST || status() == NOT_IMPLEMENTED)
                && UNKNOWN_FIELD.contains(code());
    }

    /**
     * Whether this is a refusal of the request. As the response to a HEAD it has no body, and so no
     * reason.
     */
    boolean isUnexplained() {
        return status() >= MULTIPLE_CHOICES
                && isAboutThisRequest()
                && status() != NOT_FOUND
                && status() != PRECONDITION_FAILED
                && !isThrottling();
    }

    /** Whether the store works and refuses this particular request. */
    boolean isAboutThisRequest() {
        return status() < SERVER_ERROR || status() == NOT_IMPLEMENTED;
    }

    /** Whether the store does not implement the operation. */
    boolean isNotImplemented() {
        return status() == NOT_IMPLEMENTED;
    }

    /** Whether the store rejects an argument of the request. */
    boolean isInvalidArgument() {
        return status() == BAD_REQUEST && code().equals("InvalidArgument");
    }

    /** The region of the bucket, if the store says that it is another than the requested one. */
    Optional<String> bucketRegion() {
        return switch (status()) {
            case MOVED_PERMANENTLY, TEMPORARY_REDIRECT, BAD_REQUEST, FORBIDDEN ->
                    head().flatMap(head -> head.firstMatchingHeader("x-amz-bucket-region"))
                            .or(() -> element("Region"))
                            .filter(region -> region.matches("[a-z0-9-]{1,64}"));
            default -> Optional.empty();
        };
    }

    /** Retry-After in seconds, as S3 sends it; a date (RFC 9110, section 10.2.3) is ignored. */
    Optional<Duration> retryAfter() {
        return head().flatMap(head -> head.firstMatchingHeader("Retry-After"))
                .filter(value -> value.matches("[0-9]{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)));
    }

    private Optional<SdkHttpResponse> head() {
        return Optional.ofNullable(exception.awsErrorDetails())
                .flatMap(details -> Optional.ofNullable(details.sdkHttpResponse()));
    }

    /** The text of an element of the body. */
    Optional<String> element(String name) {
        return body().element(name);
    }

    /** The body as {@link S3Call} reduced it. */
    private S3ErrorBody body() {
        return rawBody().map(S3ErrorBody::parse).orElse(S3ErrorBody.NONE);
    }

    private Optional<byte[]> rawBody() {
        return Optional.ofNullable(exception.awsErrorDetails())
                .flatMap(details -> Optional.ofNullable(details.rawResponse()))
                .map(SdkBytes::asByteArray)
                .filter(bytes -> bytes.length > 0);
    }

    /** Whether the body is not an error of S3, for example the login page of a proxy. */
    boolean isForeign() {
        return rawBody().isPresent() && body().elements().isEmpty();
    }
}
