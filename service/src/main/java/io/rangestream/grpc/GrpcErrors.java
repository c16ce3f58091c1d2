package io.rangestream.grpc;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RequestInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
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
 * Maps each failure once, to a status with details. Messages are ASCII and fixed: one that is not
 * breaks the encoding of the trailers, and the client hangs.
 */
final class GrpcErrors {
    private static final String DOMAIN = "rangestream.io";
    private static final Duration SOON = Duration.ofSeconds(1);

    /** An operator must act, or a token be renewed: a client that asks at once asks in vain. */
    private static final Duration CREDENTIALS_DELAY = Duration.ofSeconds(5);

    /**
     * A failure, mapped.
     *
     * @param reason the reason in ErrorInfo, and what the log calls it unless {@code logged} is set
     * @param metadata of ErrorInfo
     */
    record Mapped(
            Code code,
            String reason,
            String message,
            Map<String, String> metadata,
            Optional<BadRequest> badRequest,
            Optional<Duration> retryDelay,
            Optional<String> loggedAs) {

        Mapped(Code code, String reason, String message) {
            this(
                    code,
                    reason,
                    message,
                    Map.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        Mapped with(String key, String value) {
            return with(Map.of(key, value));
        }

        Mapped with(Map<String, String> details) {
            return new Mapped(code, reason, message, details, badRequest, retryDelay, loggedAs);
        }

        Mapped with(BadRequest details) {
            return new Mapped(
                    code, reason, message, metadata, Optional.of(details), retryDelay, loggedAs);
        }

        Mapped retryAfter(Duration delay) {
            return new Mapped(
                    code, reason, message, metadata, badRequest, Optional.of(delay), loggedAs);
        }

        Mapped loggedAs(String what) {
            return new Mapped(
                    code, reason, message, metadata, badRequest, retryDelay, Optional.of(what));
        }

        String logged() {
            return loggedAs.orElse(reason);
        }

        StatusRuntimeException toException(String correlationId) {
            return StatusProto.toStatusRuntimeException(toStatus(correlationId));
        }

        /** With all details, as a message can carry it too. */
        Status toStatus(String correlationId) {
            Status.Builder status = Status.newBuilder().setCode(code.value()).setMessage(message);
            status.addDetails(
                    Any.pack(
                            ErrorInfo.newBuilder()
                                    .setDomain(DOMAIN)
                                    .setReason(reason)
                                    .putAllMetadata(metadata)
                                    .build()));
            status.addDetails(
                    Any.pack(RequestInfo.newBuilder().setRequestId(correlationId).build()));
            badRequest.ifPresent(details -> status.addDetails(Any.pack(details)));
            retryDelay.ifPresent(delay -> status.addDetails(Any.pack(retryInfo(delay))));
            return status.build();
        }

        private static RetryInfo retryInfo(Duration delay) {
            return RetryInfo.newBuilder()
                    .setRetryDelay(
                            com.google.protobuf.Duration.newBuilder()
                                    .setSeconds(delay.getSeconds())
                                    .setNanos(delay.getNano()))
                    .build();
        }
    }

    private GrpcErrors() {}

    static Mapped etagMismatch(Optional<String> currentTag) {
        Mapped mapped =
                new Mapped(
                        Code.FAILED_PRECONDITION,
                        "ETAG_MISMATCH",
                        "the object's entity tag is another");
        return currentTag.map(tag -> mapped.with("etag", tag)).orElse(mapped);
    }

    static Mapped rangeNotSatisfiable(long completeLength) {
        return new Mapped(
                        Code.OUT_OF_RANGE,
                        "RANGE_NOT_SATISFIABLE",
                        "the range is not in the object")
                .with("complete_length", Long.toString(completeLength));
    }

    static Mapped deadline() {
        return new Mapped(Code.DEADLINE_EXCEEDED, "DEADLINE", "the call's deadline has passed");
    }

    static Mapped draining() {
        return new Mapped(Code.UNAVAILABLE, "DRAINING", "this server is about to stop")
                .retryAfter(SOON);
    }

    static Mapped readerPaused() {
        return new Mapped(Code.UNAVAILABLE, "READER_PAUSED", "nothing was read for too long")
                .retryAfter(SOON);
    }

    static Mapped overloaded() {
        return overloaded(SOON);
    }

    private static Mapped overloaded(Duration retryAfter) {
        return new Mapped(Code.RESOURCE_EXHAUSTED, "OVERLOADED", "too much is asked at once")
                .retryAfter(retryAfter);
    }

    /** One field is wrong, or what it stands for. */
    static Mapped invalid(String field, String description) {
        return invalid(new InvalidRequestException(field, description));
    }

    static Mapped invalid(InvalidRequestException failure) {
        BadRequest.Builder details = BadRequest.newBuilder();
        failure.violations()
                .forEach(
                        violation ->
                                details.addFieldViolationsBuilder()
                                        .setField(violation.field())
                                        .setDescription(violation.description()));
        return new Mapped(Code.INVALID_ARGUMENT, "INVALID_REQUEST", "the request can't be read")
                .with(details.build());
    }

    /** A request that can't be read. */
    static Mapped of(RequestFault fault) {
        return switch (fault.kind()) {
            case INVALID -> invalid(fault.field(), fault.detail());
            case TOO_LONG ->
                    new Mapped(
                            Code.RESOURCE_EXHAUSTED,
                            "MESSAGE_TOO_LONG",
                            "a message " + fault.detail());
            case NO_ROOM -> overloaded();
            case MALFORMED_FRAME ->
                    new Mapped(Code.INTERNAL, "MALFORMED_FRAME", "a message " + fault.detail());
        };
    }

    static Mapped unknownEncoding() {
        return new Mapped(
                Code.UNIMPLEMENTED,
                "UNKNOWN_ENCODING",
                "messages are read as they are, or gzipped");
    }

    static Mapped changed() {
        return new Mapped(Code.ABORTED, "OBJECT_CHANGED", "the object was replaced");
    }

    static Mapped cancelled() {
        return new Mapped(Code.CANCELLED, "CANCELLED", "no longer wanted");
    }

    /**
     * Maps a failure.
     *
     * @param deniedIsForbidden our choice K8: whether what the store denies us is shown as that
     */
    static Mapped of(
            RuntimeException failure, @Nullable GrpcExchange exchange, boolean deniedIsForbidden) {
        return deniedIsForbidden && failure instanceof AccessDenied
                ? new Mapped(
                        Code.PERMISSION_DENIED, "ACCESS_DENIED", "the store denies this object")
                : of(failure, exchange);
    }

    static Mapped of(RuntimeException failure, @Nullable GrpcExchange exchange) {
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
                    // Nobody is told; the log says what there is to say.
                }
            }
        }
        return switch (failure) {
            case InvalidRequestException e -> invalid(e);
            case ReadCancelledException _ -> cancelled();
            case ObjectStoreException e -> ofStore(e);
            case OverloadedException e -> overloaded(e.retryAfter());
            default -> new Mapped(Code.INTERNAL, "INTERNAL", "something went wrong here");
        };
    }

    private static Mapped ofStore(ObjectStoreException failure) {
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
                    new Mapped(
                                    Code.UNAVAILABLE,
                                    "STORE_CREDENTIALS",
                                    "the store refuses this server's credentials")
                            .retryAfter(CREDENTIALS_DELAY);
            case Archived e -> archived(e);
            case Throttled e ->
                    new Mapped(
                                    Code.UNAVAILABLE,
                                    "STORE_THROTTLED",
                                    "the store asks for fewer requests")
                            .retryAfter(e.retryAfter().orElse(SOON));
            case Unavailable e ->
                    new Mapped(Code.UNAVAILABLE, "STORE_UNAVAILABLE", "the store can't be read")
                            .retryAfter(e.retryAfter().orElse(SOON));
        };
    }

    private static Mapped archived(Archived failure) {
        Map<String, String> details = new HashMap<>();
        failure.storageClass().ifPresent(name -> details.put("storage_class", name));
        failure.restore().ifPresent(state -> details.put("restore", state));
        return new Mapped(
                        Code.FAILED_PRECONDITION,
                        "OBJECT_ARCHIVED",
                        "the object must be restored from an archive before it can be read")
                .with(details);
    }

    private static Mapped notFound(String reason) {
        return new Mapped(Code.NOT_FOUND, reason, "not found");
    }
}
