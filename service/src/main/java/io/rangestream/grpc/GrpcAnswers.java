package io.rangestream.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.helidon.webserver.grpc.ServerContextKeys;
import io.rangestream.fault.FatalErrors;
import io.rangestream.fault.TaskGuard;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.store.OpenRead;
import io.rangestream.transport.Ending;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Has calls answered, and ends them: what a handler throws never reaches the client, and each call
 * has its line in the log. Safe for many threads.
 */
final class GrpcAnswers {
    private final TaskGuard logging = new TaskGuard("the log of gRPC calls");
    private final RequestSink log;
    private final boolean deniedIsForbidden;

    /**
     * Logs to {@code log}.
     *
     * @param deniedIsForbidden our choice K8: whether what the store denies us is shown as that
     */
    GrpcAnswers(RequestSink log, boolean deniedIsForbidden) {
        this.log = log;
        this.deniedIsForbidden = deniedIsForbidden;
    }

    /** Writes a stream. */
    @FunctionalInterface
    interface Streaming {
        /**
         * Writes everything but the status.
         *
         * @param bytesByOrigin takes what was read from where, however this ends
         * @return what the status is, where it is not OK
         */
        Optional<GrpcErrors.Mapped> write(
                GrpcExchange exchange, Map<OpenRead.Origin, Long> bytesByOrigin);
    }

    /** By many messages. */
    void stream(StreamObserver<?> observer, Streaming streaming) {
        onCancel(observer, () -> GrpcExchange.current().end(Ending.PEER_GONE));
        stream(GrpcExchange.current(), observer, streaming);
    }

    /** What is done once the peer cancels; to be said while the call is being begun. */
    static void onCancel(StreamObserver<?> observer, Runnable action) {
        if (observer instanceof ServerCallStreamObserver<?> call) {
            call.setOnCancelHandler(action);
        }
    }

    /** The same in a thread of its own, once the call is under way. */
    void stream(GrpcExchange exchange, StreamObserver<?> observer, Streaming streaming) {
        Map<OpenRead.Origin, Long> bytesByOrigin = new EnumMap<>(OpenRead.Origin.class);
        answer(observer, exchange, bytesByOrigin, () -> streaming.write(exchange, bytesByOrigin));
    }

    /** By one message. */
    <T> void one(StreamObserver<T> observer, Supplier<T> response) {
        answer(
                observer,
                GrpcExchange.current(),
                Map.of(),
                () -> {
                    observer.onNext(response.get());
                    return Optional.empty();
                });
    }

    /** Whatever a handler throws, an Error too, becomes a status: the client must not wait. */
    private void answer(
            StreamObserver<?> observer,
            GrpcExchange exchange,
            Map<OpenRead.Origin, Long> bytesByOrigin,
            Supplier<Optional<GrpcErrors.Mapped>> handler) {
        Optional<GrpcErrors.Mapped> failure;
        Throwable thrown = null;
        try {
            failure = handler.get();
        } catch (RuntimeException e) {
            thrown = e;
            failure = Optional.of(failed(exchange, e));
        } catch (Error e) {
            thrown = e;
            failure = Optional.of(failed(exchange, new IllegalStateException("an error", e)));
        }
        try {
            finish(observer, exchange, failure, bytesByOrigin);
        } finally {
            if (thrown != null) {
                FatalErrors.check(thrown);
            }
        }
    }

    /** What a failure is to the peer. */
    GrpcErrors.Mapped failed(GrpcExchange exchange, RuntimeException why) {
        exchange.failed(why);
        return GrpcErrors.of(why, exchange, deniedIsForbidden);
    }

    private void finish(
            StreamObserver<?> observer,
            GrpcExchange exchange,
            Optional<GrpcErrors.Mapped> failure,
            Map<OpenRead.Origin, Long> bytesByOrigin) {
        boolean peerGone = exchange.ending().equals(Optional.of(Ending.PEER_GONE));
        String status = failure.map(mapped -> mapped.code().name()).orElse("OK");
        Outcome outcome = peerGone ? Outcome.PEER_GONE : Outcome.COMPLETE;
        logging.run(
                () ->
                        log.accept(
                                exchange.toLine(
                                        status,
                                        outcome,
                                        failure.map(GrpcErrors.Mapped::logged),
                                        bytesByOrigin)));
        try {
            if (failure.isEmpty()) {
                observer.onCompleted();
            } else {
                observer.onError(failure.get().toException(exchange.correlationId()));
            }
        } catch (RuntimeException e) {
            // Nobody is left to be told: the call was cancelled, or the connection is gone.
            exchange.end(Ending.PEER_GONE);
        }
    }

    /** Who asks; for a fair share of the stores, an address is enough. */
    static String viewer() {
        return Optional.ofNullable(ServerContextKeys.CONNECTION_CONTEXT.get())
                .map(connection -> connection.remotePeer().host())
                .orElse("");
    }
}
