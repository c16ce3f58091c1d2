package io.rangestream.store.s3;

import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;

import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Says, once, what a failure of S3 is (S3 API reference, "Error responses"). The answer to a HEAD
 * has no body and so no code: there the status alone decides.
 */
final class S3Errors {
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int PRECONDITION_FAILED = 412;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int SERVICE_UNAVAILABLE = 503;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** No code at all: S3 says 503 for too many requests far more often than for being down. */
    private static final String NO_CODE = "";

    // Of keys that the store can't hold: there is no such object, then.
    private static final Set<String> UNHOLDABLE_KEY =
            Set.of("KeyTooLongError", "XMinioInvalidObjectName");

    private S3Errors() {}

    /**
     * Classifies what the SDK threw.
     *
     * @param id what was asked for, for the message
     * @param ofVersion whether one version was asked for
     */
    static RuntimeException classify(Object id, boolean ofVersion, SdkException e) {
        if (e instanceof AbortedException || Thread.currentThread().isInterrupted()) {
            // Nobody wants the answer any more, and the store is not to blame for that.
            return new ReadCancelledException();
        }
        if (!(e instanceof AwsServiceException answer)) {
            return unanswered(id, "no answer: " + rootCause(e), e);
        }
        String code = code(answer);
        if (isThrottling(answer)) {
            return new Throttled(id, retryAfter(answer), answer);
        }
        return switch (answer.statusCode()) {
            case NOT_FOUND -> new NotFound(missing(code, ofVersion), id);
            case PRECONDITION_FAILED -> new Changed(id, "the store has another entity tag");
            case FORBIDDEN -> new AccessDenied(id, answer);
            // A delete marker is 405; an id that is no version's at all is 400.
            case METHOD_NOT_ALLOWED, BAD_REQUEST ->
                    ofVersion && isAboutTheVersion(answer.statusCode(), code)
                            ? new NotFound(Missing.VERSION, id)
                            : UNHOLDABLE_KEY.contains(code)
                                    ? new NotFound(Missing.OBJECT, id)
                                    : answered(id, answer, code);
            default -> answered(id, answer, code);
        };
    }

    /** Classifies what broke an answer off, or kept it from coming. */
    static Unavailable unanswered(Object id, String what, Exception e) {
        return causes(e).anyMatch(S3Errors::isTimeout)
                ? Unavailable.timedOut(id, e)
                : new Unavailable(id, what, e);
    }

    /** Whether the store asks for fewer requests. */
    static boolean isThrottling(Throwable e) {
        return e instanceof AwsServiceException answer
                && (answer.isThrottlingException()
                        || answer.statusCode() == TOO_MANY_REQUESTS
                        || answer.statusCode() == SERVICE_UNAVAILABLE
                                && code(answer).equals(NO_CODE));
    }

    /**
     * Whether the start of a request may be tried again. Not where time ran out in silence, nor
     * where the store wants a long pause, which the SDK would wait out: our caller has a deadline.
     */
    static boolean isWorthAnotherAttempt(Throwable e) {
        if (Thread.currentThread().isInterrupted()) {
            // Nobody waits for it. It would not be sent, but be paid for out of what all have.
            return false;
        }
        if (e instanceof AwsServiceException answer) {
            return (answer.statusCode() >= SERVER_ERROR || isThrottling(e))
                    && retryAfter(answer).orElse(Duration.ZERO).compareTo(LONGEST_PAUSE) <= 0;
        }
        return causes(e).anyMatch(IOException.class::isInstance)
                && causes(e)
                        .noneMatch(
                                cause ->
                                        isTimeout(cause)
                                                && !(cause instanceof ConnectTimeoutException));
    }

    private static boolean isTimeout(Throwable e) {
        return e instanceof SocketTimeoutException
                || e instanceof ConnectionRequestTimeoutException;
    }

    private static Missing missing(String code, boolean ofVersion) {
        if (code.equals("NoSuchBucket")) {
            return Missing.BUCKET;
        }
        return ofVersion ? Missing.VERSION : Missing.OBJECT;
    }

    private static boolean isAboutTheVersion(int status, String code) {
        return status == METHOD_NOT_ALLOWED
                || code.equals(NO_CODE)
                || code.equals("InvalidArgument")
                || code.contains("Version");
    }

    private static Unavailable answered(Object id, AwsServiceException answer, String code) {
        String what = "answered " + answer.statusCode() + " " + code;
        return answer.statusCode() < SERVER_ERROR
                ? Unavailable.refused(id, what, answer)
                : new Unavailable(id, what, answer);
    }

    // S3's own is in seconds only (RFC 9110, section 10.2.3, has dates too).
    private static Optional<Duration> retryAfter(AwsServiceException answer) {
        return Optional.ofNullable(answer.awsErrorDetails())
                .flatMap(details -> Optional.ofNullable(details.sdkHttpResponse()))
                .flatMap(response -> response.firstMatchingHeader("Retry-After"))
                .filter(value -> value.matches("[0-9]{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)));
    }

    private static String code(AwsServiceException answer) {
        return Optional.ofNullable(answer.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .orElse(NO_CODE);
    }

    private static String rootCause(Throwable e) {
        return causes(e).reduce(e, (outer, inner) -> inner).toString();
    }

    private static Stream<Throwable> causes(Throwable e) {
        return Stream.iterate(e, cause -> cause != null, Throwable::getCause);
    }
}
