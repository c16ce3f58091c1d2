package io.rangestream.store.s3;

import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Archived;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;

import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Classifies the failures of S3 by their code (S3 API reference, "Error responses"). The status
 * decides only if there is no code, as in the response to a HEAD.
 */
final class S3Errors {
    private static final int MULTIPLE_CHOICES = 300;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int SERVICE_UNAVAILABLE = 503;
    private static final int MOVED_PERMANENTLY = 301;
    private static final int TEMPORARY_REDIRECT = 307;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** No code at all: S3 says 503 for too many requests far more often than for being down. */
    private static final String NO_CODE = "";

    // Of keys that the store can't hold: there is no such object, then.
    private static final Set<String> UNHOLDABLE_KEY =
            Set.of("KeyTooLongError", "XMinioInvalidObjectName");

    private static final Set<String> DENIED =
            Set.of("AccessDenied", "AccessForbidden", "Forbidden", "AccessDeniedException");
    private static final Set<String> THROTTLING =
            Set.of(
                    "SlowDown",
                    "SlowDownRead",
                    "SlowDownWrite",
                    "BandwidthLimitExceeded",
                    "KMS.ThrottlingException",
                    "TooManyRequests");
    private static final Set<String> SKEWED = Set.of("RequestTimeTooSkewed", "RequestInTheFuture");

    // What stores say to an optional field that they don't know, as x-amz-checksum-mode or
    // If-Match.
    private static final Set<String> UNKNOWN_FIELD =
            Set.of(NO_CODE, "InvalidArgument", "InvalidRequest", "NotImplemented", "BadRequest");

    private S3Errors() {}

    /**
     * Classifies what the SDK threw.
     *
     * @param id what was asked for, for the message
     * @param ofVersion whether one version was asked for
     */
    static RuntimeException classify(Object id, boolean ofVersion, SdkException e) {
        if (e instanceof AbortedException || Thread.currentThread().isInterrupted()) {
            // The response is no longer wanted, and the store is not to blame for that.
            return new ReadCancelledException();
        }
        if (causes(e).anyMatch(ReportedCredentials.NotLoadedException.class::isInstance)) {
            return refused(id, CredentialCodes.NOT_LOADED, e);
        }
        if (!(e instanceof AwsServiceException answer)) {
            return unanswered(id, "no answer: " + rootCause(e), e);
        }
        String code = code(answer);
        if (isThrottling(answer)) {
            return new Throttled(id, retryAfter(answer), answer);
        }
        return code.equals(NO_CODE)
                ? byStatus(id, ofVersion, answer)
                : byCode(id, ofVersion, answer, code);
    }

    private static ObjectStoreException byCode(
            Object id, boolean ofVersion, AwsServiceException answer, String code) {
        if (CredentialCodes.advice(code).isPresent()) {
            return refused(id, code, answer);
        }
        if (DENIED.contains(code)) {
            return new AccessDenied(id, answer);
        }
        if (UNHOLDABLE_KEY.contains(code)) {
            return new NotFound(Missing.OBJECT, id);
        }
        return switch (code) {
            case "NoSuchBucket", "InvalidBucketName" -> new NotFound(Missing.BUCKET, id);
            case "NoSuchKey" -> new NotFound(ofVersion ? Missing.VERSION : Missing.OBJECT, id);
            case "NoSuchVersion" -> new NotFound(Missing.VERSION, id);
            case "PreconditionFailed", "ConditionalRequestConflict" -> changed(id);
            case "InvalidObjectState", "ObjectNotInActiveTierError" -> archived(id, answer);
            default -> byStatusBeside(id, ofVersion, answer, code);
        };
    }

    /** A code that is none of the above: the status says what kind it is, but never a denial. */
    private static ObjectStoreException byStatusBeside(
            Object id, boolean ofVersion, AwsServiceException answer, String code) {
        return switch (answer.statusCode()) {
            case NOT_FOUND -> new NotFound(missing(code, ofVersion), id);
            case PRECONDITION_FAILED -> changed(id);
            // A delete marker is 405; an id that is no version's at all is 400.
            case METHOD_NOT_ALLOWED, BAD_REQUEST ->
                    ofVersion && isAboutTheVersion(answer.statusCode(), code)
                            ? new NotFound(Missing.VERSION, id)
                            : answered(id, answer, code);
            default -> answered(id, answer, code);
        };
    }

    private static ObjectStoreException byStatus(
            Object id, boolean ofVersion, AwsServiceException answer) {
        return switch (answer.statusCode()) {
            case MOVED_PERMANENTLY, TEMPORARY_REDIRECT ->
                    refused(id, CredentialCodes.REDIRECT, answer);
            case UNAUTHORIZED -> refused(id, CredentialCodes.UNAUTHORIZED, answer);
            case FORBIDDEN ->
                    isForeign(answer)
                            ? answered(id, answer, "not an error of S3")
                            : new AccessDenied(id, answer);
            default -> byStatusBeside(id, ofVersion, answer, NO_CODE);
        };
    }

    private static CredentialsRefused refused(Object id, String code, SdkException e) {
        return new CredentialsRefused(id, code, CredentialCodes.advice(code).orElseThrow(), e);
    }

    private static Changed changed(Object id) {
        return new Changed(id, "the store has another entity tag");
    }

    private static Archived archived(Object id, AwsServiceException answer) {
        S3ErrorBody body = body(answer);
        return new Archived(
                id,
                body.element("StorageClass").or(() -> body.element("AccessTier")),
                Optional.empty(),
                answer);
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
                        || THROTTLING.contains(code(answer))
                        || answer.statusCode() == TOO_MANY_REQUESTS
                        || answer.statusCode() == SERVICE_UNAVAILABLE
                                && code(answer).equals(NO_CODE));
    }

    /**
     * Whether the start of a request may be tried again. Not if time ran out in silence, nor if the
     * store wants a long pause, which the SDK would wait out: our caller has a deadline. A wrong
     * clock is tried again, because the SDK signs by the store's clock from then on.
     */
    static boolean isWorthAnotherAttempt(Throwable e) {
        if (Thread.currentThread().isInterrupted()) {
            // The response is not wanted; a retry would use up the budget that all requests share.
            return false;
        }
        if (e instanceof AwsServiceException answer) {
            return (answer.statusCode() >= SERVER_ERROR && answer.statusCode() != NOT_IMPLEMENTED
                            || isThrottling(e)
                            || isSkewed(answer)
                            || code(answer).equals("RequestTimeout"))
                    && retryAfter(answer).orElse(Duration.ZERO).compareTo(LONGEST_PAUSE) <= 0;
        }
        return causes(e).noneMatch(ReportedCredentials.NotLoadedException.class::isInstance)
                && causes(e).anyMatch(IOException.class::isInstance)
                && causes(e)
                        .noneMatch(
                                cause ->
                                        isTimeout(cause)
                                                && !(cause instanceof ConnectTimeoutException));
    }

    private static boolean isSkewed(AwsServiceException answer) {
        return SKEWED.contains(code(answer))
                || code(answer).equals(NO_CODE) && answer.isClockSkewException();
    }

    private static boolean isTimeout(Throwable e) {
        return e instanceof SocketTimeoutException
                || e instanceof ConnectionRequestTimeoutException
                || e instanceof ApiCallTimeoutException
                || e instanceof ApiCallAttemptTimeoutException;
    }

    /** Whether the request's range lies outside the object. */
    static boolean isRangeOfNothing(SdkException e) {
        return e instanceof AwsServiceException answer
                && (answer.statusCode() == RANGE_NOT_SATISFIABLE
                        || code(answer).equals("InvalidRange"));
    }

    /** Whether a precondition of the request does not hold. */
    static boolean isPreconditionFailed(SdkException e) {
        return e instanceof AwsServiceException answer
                && answer.statusCode() == PRECONDITION_FAILED;
    }

    /** Whether an optional field of the request may be what the store refuses. */
    static boolean mayRefuseAField(SdkException e) {
        return e instanceof AwsServiceException answer
                && (answer.statusCode() == BAD_REQUEST || answer.statusCode() == NOT_IMPLEMENTED)
                && UNKNOWN_FIELD.contains(code(answer));
    }

    /** Whether this is a refusal of a HEAD, which has no body and so does not say why. */
    static boolean isUnexplained(SdkException e) {
        return e instanceof AwsServiceException answer
                && answer.statusCode() >= MULTIPLE_CHOICES
                && (answer.statusCode() < SERVER_ERROR || answer.statusCode() == NOT_IMPLEMENTED)
                && answer.statusCode() != NOT_FOUND
                && answer.statusCode() != PRECONDITION_FAILED
                && !isThrottling(answer);
    }

    /** Whether the store does not know the operation. */
    static boolean isNotImplemented(SdkException e) {
        return e instanceof AwsServiceException answer && answer.statusCode() == NOT_IMPLEMENTED;
    }

    static boolean isUnholdableName(SdkException e) {
        return e instanceof AwsServiceException answer && UNHOLDABLE_KEY.contains(code(answer));
    }

    /** The region that the bucket is in, if the store says that it is another than was asked. */
    static Optional<String> regionOf(SdkException e) {
        if (!(e instanceof AwsServiceException answer)) {
            return Optional.empty();
        }
        return switch (answer.statusCode()) {
            case MOVED_PERMANENTLY, TEMPORARY_REDIRECT, BAD_REQUEST, FORBIDDEN ->
                    response(answer)
                            .flatMap(head -> head.firstMatchingHeader("x-amz-bucket-region"))
                            .or(() -> body(answer).element("Region"))
                            .filter(region -> region.matches("[a-z0-9-]{1,64}"));
            default -> Optional.empty();
        };
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
        String what =
                "answered "
                        + answer.statusCode()
                        + " "
                        + code
                        + body(answer).element("Message").map(text -> ": " + text).orElse("");
        boolean isAboutThisRequest =
                answer.statusCode() < SERVER_ERROR || answer.statusCode() == NOT_IMPLEMENTED;
        return isAboutThisRequest
                ? Unavailable.refused(id, what, answer)
                : new Unavailable(id, what, answer);
    }

    // S3's own is in seconds only (RFC 9110, section 10.2.3, has dates too).
    private static Optional<Duration> retryAfter(AwsServiceException answer) {
        return response(answer)
                .flatMap(response -> response.firstMatchingHeader("Retry-After"))
                .filter(value -> value.matches("[0-9]{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)));
    }

    private static Optional<SdkHttpResponse> response(AwsServiceException answer) {
        return Optional.ofNullable(answer.awsErrorDetails())
                .flatMap(details -> Optional.ofNullable(details.sdkHttpResponse()));
    }

    /** What {@link S3Call} made of the body. */
    private static S3ErrorBody body(AwsServiceException answer) {
        return raw(answer).map(S3ErrorBody::parse).orElse(S3ErrorBody.NONE);
    }

    private static Optional<byte[]> raw(AwsServiceException answer) {
        return Optional.ofNullable(answer.awsErrorDetails())
                .flatMap(details -> Optional.ofNullable(details.rawResponse()))
                .map(SdkBytes::asByteArray)
                .filter(bytes -> bytes.length > 0);
    }

    /** Whether there was a body that no store like S3 sends, as of a proxy that wants a login. */
    private static boolean isForeign(AwsServiceException answer) {
        return raw(answer).isPresent() && body(answer).elements().isEmpty();
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
