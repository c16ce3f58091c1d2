package io.rangestream.store.s3;

import static io.rangestream.store.s3.S3ErrorResponse.BAD_REQUEST;
import static io.rangestream.store.s3.S3ErrorResponse.FORBIDDEN;
import static io.rangestream.store.s3.S3ErrorResponse.METHOD_NOT_ALLOWED;
import static io.rangestream.store.s3.S3ErrorResponse.MOVED_PERMANENTLY;
import static io.rangestream.store.s3.S3ErrorResponse.NOT_FOUND;
import static io.rangestream.store.s3.S3ErrorResponse.PRECONDITION_FAILED;
import static io.rangestream.store.s3.S3ErrorResponse.TEMPORARY_REDIRECT;
import static io.rangestream.store.s3.S3ErrorResponse.UNAUTHORIZED;

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

import org.apache.hc.core5.http.ConnectionRequestTimeoutException;

import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Classifies the SDK's exceptions as {@link ObjectStoreException}, by the code of the error
 * response. The status decides only if there is no code. An exception in an interrupted thread is a
 * {@link ReadCancelledException}: the client has left, and the store has not failed.
 */
final class S3Errors {
    // The store can't hold an object with such a key, so the object does not exist.
    private static final Set<String> UNHOLDABLE_KEY =
            Set.of("KeyTooLongError", "XMinioInvalidObjectName");

    private static final Set<String> DENIED =
            Set.of("AccessDenied", "AccessForbidden", "Forbidden", "AccessDeniedException");

    private S3Errors() {}

    /**
     * Classifies an exception of the SDK.
     *
     * @param id the object or bucket of the request, for the message
     * @param ofVersion whether the request was for one version
     */
    static RuntimeException classify(Object id, boolean ofVersion, SdkException e) {
        if (isCancelled(e)) {
            return new ReadCancelledException();
        }
        if (hasNoCredentials(e)) {
            return refused(id, CredentialCodes.NOT_LOADED, e);
        }
        Optional<S3ErrorResponse> response = S3ErrorResponse.of(e);
        if (response.isEmpty()) {
            return noResponse(id, "no response: " + rootCause(e), e);
        }
        if (response.get().isThrottling()) {
            return new Throttled(id, response.get().retryAfter(), e);
        }
        return response.get().hasCode()
                ? byCode(id, ofVersion, response.get())
                : byStatusAlone(id, ofVersion, response.get());
    }

    /** Classifies a failure that broke off a response, or prevented it. */
    static RuntimeException noResponse(Object id, String what, Exception e) {
        if (isCancelled(e)) {
            return new ReadCancelledException();
        }
        return causes(e).anyMatch(S3Errors::isTimeout)
                ? Unavailable.timedOut(id, e)
                : new Unavailable(id, what, e);
    }

    /** Whether a wait was interrupted. The interrupt flag is still set then. */
    private static boolean isCancelled(Exception e) {
        return e instanceof AbortedException || Thread.currentThread().isInterrupted();
    }

    private static ObjectStoreException byCode(
            Object id, boolean ofVersion, S3ErrorResponse response) {
        String code = response.code();
        if (CredentialCodes.advice(code).isPresent()) {
            return refused(id, code, response.exception());
        }
        if (DENIED.contains(code)) {
            return new AccessDenied(id, response.exception());
        }
        if (UNHOLDABLE_KEY.contains(code)) {
            return new NotFound(Missing.OBJECT, id);
        }
        return switch (code) {
            case "NoSuchBucket", "InvalidBucketName" -> new NotFound(Missing.BUCKET, id);
            case "NoSuchKey" -> new NotFound(ofVersion ? Missing.VERSION : Missing.OBJECT, id);
            case "NoSuchVersion" -> new NotFound(Missing.VERSION, id);
            case "PreconditionFailed", "ConditionalRequestConflict" -> changed(id);
            case "InvalidObjectState", "ObjectNotInActiveTierError" -> archived(id, response);
            default -> byStatus(id, ofVersion, response);
        };
    }

    private static ObjectStoreException byStatusAlone(
            Object id, boolean ofVersion, S3ErrorResponse response) {
        return switch (response.status()) {
            case MOVED_PERMANENTLY, TEMPORARY_REDIRECT ->
                    refused(id, CredentialCodes.REDIRECT, response.exception());
            case UNAUTHORIZED -> refused(id, CredentialCodes.UNAUTHORIZED, response.exception());
            case FORBIDDEN ->
                    response.isForeign()
                            ? other(id, response, "not an error of S3")
                            : new AccessDenied(id, response.exception());
            default -> byStatus(id, ofVersion, response);
        };
    }

    /** Classifies a response with an unknown code by its status, but never as a denial. */
    private static ObjectStoreException byStatus(
            Object id, boolean ofVersion, S3ErrorResponse response) {
        return switch (response.status()) {
            case NOT_FOUND -> new NotFound(ofVersion ? Missing.VERSION : Missing.OBJECT, id);
            case PRECONDITION_FAILED -> changed(id);
            // The response for a delete marker is 405, for a malformed version id 400.
            case METHOD_NOT_ALLOWED, BAD_REQUEST ->
                    ofVersion && isAboutTheVersion(response)
                            ? new NotFound(Missing.VERSION, id)
                            : other(id, response, response.code());
            default -> other(id, response, response.code());
        };
    }

    private static boolean isAboutTheVersion(S3ErrorResponse response) {
        return response.status() == METHOD_NOT_ALLOWED
                || !response.hasCode()
                || response.code().equals("InvalidArgument")
                || response.code().contains("Version");
    }

    private static CredentialsRefused refused(Object id, String code, SdkException e) {
        return new CredentialsRefused(id, code, CredentialCodes.advice(code).orElseThrow(), e);
    }

    private static Changed changed(Object id) {
        return new Changed(id, "the store has another entity tag");
    }

    private static Archived archived(Object id, S3ErrorResponse response) {
        return new Archived(
                id,
                response.element("StorageClass").or(() -> response.element("AccessTier")),
                Optional.empty(),
                response.exception());
    }

    private static Unavailable other(Object id, S3ErrorResponse response, String code) {
        String what =
                "answered "
                        + response.status()
                        + " "
                        + code
                        + response.element("Message").map(text -> ": " + text).orElse("");
        return response.isAboutThisRequest()
                ? Unavailable.refused(id, what, response.exception())
                : new Unavailable(id, what, response.exception());
    }

    /** Whether a request was not sent because there were no credentials to sign it with. */
    static boolean hasNoCredentials(Throwable e) {
        return causes(e).anyMatch(ReportedCredentials.NotLoadedException.class::isInstance);
    }

    static boolean isTimeout(Throwable e) {
        return e instanceof SocketTimeoutException
                || e instanceof ConnectionRequestTimeoutException
                || e instanceof ApiCallTimeoutException
                || e instanceof ApiCallAttemptTimeoutException;
    }

    /** An exception and its causes. */
    static Stream<Throwable> causes(Throwable e) {
        return Stream.iterate(e, cause -> cause != null, Throwable::getCause);
    }

    private static String rootCause(Throwable e) {
        return causes(e).reduce(e, (outer, inner) -> inner).toString();
    }
}
