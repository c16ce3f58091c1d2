package io.rangestream.grpc;

import com.google.rpc.BadRequest;

import io.grpc.Status.Code;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Archived;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.stream.InvalidRequestException;
import io.rangestream.transport.Ending;
import io.rangestream.transport.RequestFault;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Maps each kind of failure to its status, in one place. Used by the services, the interceptor and
 * BidiReadRange calls. Stateless.
 */
public final class GrpcErrors {
    private static final Duration SOON = Duration.ofSeconds(1);

    /** An operator must act, or a token must be renewed: an immediate retry fails again. */
    private static final Duration CREDENTIALS_DELAY = Duration.ofSeconds(5);

    private GrpcErrors() {}

    public static GrpcError etagMismatch(Optional<String> currentTag) {
        GrpcError error =
                new GrpcError(
                        Code.FAILED_PRECONDITION,
                        "ETAG_MISMATCH",
                        "the object's entity tag does not match");
        return currentTag.map(tag -> error.with("etag", tag)).orElse(error);
    }

    public static GrpcError rangeNotSatisfiable(long completeLength) {
        return new GrpcError(
                        Code.OUT_OF_RANGE,
                        "RANGE_NOT_SATISFIABLE",
                        "the range is outside the object")
                .with("complete_length", Long.toString(completeLength));
    }

    static GrpcError deadline() {
        return new GrpcError(Code.DEADLINE_EXCEEDED, "DEADLINE", "the call's deadline has expired");
    }

    public static GrpcError draining() {
        return new GrpcError(Code.UNAVAILABLE, "DRAINING", "this server is stopping")
                .retryAfter(SOON);
    }

    static GrpcError readerPaused() {
        return new GrpcError(
                        Code.UNAVAILABLE, "READER_PAUSED", "the client read nothing for too long")
                .retryAfter(SOON);
    }

    public static GrpcError overloaded() {
        return overloaded(SOON);
    }

    private static GrpcError overloaded(Duration retryAfter) {
        return new GrpcError(Code.RESOURCE_EXHAUSTED, "OVERLOADED", "too many requests at once")
                .retryAfter(retryAfter);
    }

    /** An error for one invalid field. */
    public static GrpcError invalid(String field, String description) {
        return invalid(new InvalidRequestException(field, description));
    }

    public static GrpcError invalid(InvalidRequestException failure) {
        BadRequest.Builder details = BadRequest.newBuilder();
        failure.violations()
                .forEach(
                        violation ->
                                details.addFieldViolationsBuilder()
                                        .setField(violation.field())
                                        .setDescription(violation.description()));
        return new GrpcError(Code.INVALID_ARGUMENT, "INVALID_REQUEST", "the request is invalid")
                .with(details.build());
    }

    /** An error for a request that the transport can't parse. */
    static GrpcError of(RequestFault fault) {
        return switch (fault.kind()) {
            case INVALID -> invalid(fault.field(), fault.detail());
            case TOO_LONG ->
                    new GrpcError(
                            Code.RESOURCE_EXHAUSTED,
                            "MESSAGE_TOO_LONG",
                            "a message " + fault.detail());
            case NO_ROOM -> overloaded();
            case MALFORMED_FRAME ->
                    new GrpcError(Code.INTERNAL, "MALFORMED_FRAME", "a message " + fault.detail());
        };
    }

    static GrpcError unknownEncoding() {
        return new GrpcError(
                Code.UNIMPLEMENTED,
                "UNKNOWN_ENCODING",
                "requests may be uncompressed or gzip-compressed");
    }

    static GrpcError changed() {
        return new GrpcError(Code.ABORTED, "OBJECT_CHANGED", "the object was replaced");
    }

    public static GrpcError cancelled() {
        return new GrpcError(Code.CANCELLED, "CANCELLED", "cancelled");
    }

    /**
     * Maps a failure. If the call has ended early, the error is that of its end.
     *
     * @param exchange the call, if any
     * @param deniedIsForbidden whether the client sees that the store denies access (K8); otherwise
     *     the object is NOT_FOUND
     */
    static GrpcError of(
            RuntimeException failure, @Nullable GrpcExchange exchange, boolean deniedIsForbidden) {
        return deniedIsForbidden && failure instanceof AccessDenied
                ? new GrpcError(
                        Code.PERMISSION_DENIED,
                        "ACCESS_DENIED",
                        "the store denies access to the object")
                : of(failure, exchange);
    }

    static GrpcError of(RuntimeException failure, @Nullable GrpcExchange exchange) {
        Optional<Ending> ending = exchange == null ? Optional.empty() : exchange.ending();
        if (ending.isPresent()) {
            switch (ending.get()) {
                case DEADLINE -> {
                    return deadline();
                }
                case PAUSED -> {
                    return readerPaused();
                }
                case DRAINING -> {
                    return draining();
                }
                case PEER_GONE -> {
                    // The client has left; the error is only logged.
                }
            }
        }
        return switch (failure) {
            case InvalidRequestException e -> invalid(e);
            case ReadCancelledException _ -> cancelled();
            case ObjectStoreException e -> ofStore(e);
            case OverloadedException e -> overloaded(e.retryAfter());
            default -> new GrpcError(Code.INTERNAL, "INTERNAL", "internal error");
        };
    }

    private static GrpcError ofStore(ObjectStoreException failure) {
        return switch (failure) {
            case NotFound e ->
                    switch (e.missing()) {
                        case BUCKET -> notFound("BUCKET_NOT_FOUND");
                        case OBJECT -> notFound("OBJECT_NOT_FOUND");
                        case VERSION -> notFound("VERSION_NOT_FOUND");
                    };
            case AccessDenied _ -> notFound("OBJECT_NOT_FOUND").loggedAs("ACCESS_DENIED");
            case Changed _ -> changed();
            case CredentialsRefused _ ->
                    new GrpcError(
                                    Code.UNAVAILABLE,
                                    "STORE_CREDENTIALS",
                                    "the store refuses this server's credentials")
                            .retryAfter(CREDENTIALS_DELAY);
            case Archived e -> archived(e);
            case Throttled e ->
                    new GrpcError(
                                    Code.UNAVAILABLE,
                                    "STORE_THROTTLED",
                                    "the store throttles requests")
                            .retryAfter(e.retryAfter().orElse(SOON));
            case Unavailable e ->
                    new GrpcError(Code.UNAVAILABLE, "STORE_UNAVAILABLE", "the store is unavailable")
                            .retryAfter(e.retryAfter().orElse(SOON));
        };
    }

    private static GrpcError archived(Archived failure) {
        Map<String, String> details = new HashMap<>();
        failure.storageClass().ifPresent(name -> details.put("storage_class", name));
        failure.restore().ifPresent(state -> details.put("restore", state));
        return new GrpcError(
                        Code.FAILED_PRECONDITION,
                        "OBJECT_ARCHIVED",
                        "the object must be restored from an archive before it can be read")
                .with(details);
    }

    private static GrpcError notFound(String reason) {
        return new GrpcError(Code.NOT_FOUND, reason, "not found");
    }
}
