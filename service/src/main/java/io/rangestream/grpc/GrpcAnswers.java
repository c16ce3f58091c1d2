package io.rangestream.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.helidon.webserver.grpc.ServerContextKeys;
import io.rangestream.fault.FatalErrors;
import io.rangestream.fault.TaskGuard;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.store.OpenRead;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.transport.Ending;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Runs the handlers of calls and ends the calls. Maps each exception of a handler to a status, so
 * that its message never reaches the client, and logs one line for each call. Used by the services
 * and by BidiReadRange calls. Safe for many threads.
 */
public final class GrpcAnswers {
    private final TaskGuard logging = new TaskGuard("the log of gRPC calls");
    private final RequestSink log;
    private final boolean deniedIsForbidden;

    /**
     * Logs calls to {@code log}.
     *
     * @param deniedIsForbidden whether the client sees that the store denies access (K8)
     */
    public GrpcAnswers(RequestSink log, boolean deniedIsForbidden) {
        this.log = log;
        this.deniedIsForbidden = deniedIsForbidden;
    }

    /** The handler of a streaming call. */
    @FunctionalInterface
    public interface Streaming {
        /**
         * Sends all messages of the response.
         *
         * @param bytesByOrigin receives the number of bytes read from each origin, also on failure
         * @return the status, empty for OK
         */
        Optional<GrpcError> write(GrpcExchange exchange, Map<OpenRead.Origin, Long> bytesByOrigin);
    }

    /** Runs the handler of a server-streaming call in the current thread, which serves it. */
    void stream(StreamObserver<?> observer, Streaming streaming) {
        onCancel(observer, () -> GrpcExchange.current().end(Ending.PEER_GONE));
        stream(GrpcExchange.current(), observer, streaming);
    }

    /** Sets the action that runs when the client cancels. Must be called before the call starts. */
    public static void onCancel(StreamObserver<?> observer, Runnable action) {
        if (observer instanceof ServerCallStreamObserver<?> call) {
            call.setOnCancelHandler(action);
        }
    }

    /** Runs the handler of a streaming call in the current thread, which may be any. */
    public void stream(GrpcExchange exchange, StreamObserver<?> observer, Streaming streaming) {
        Map<OpenRead.Origin, Long> bytesByOrigin = new EnumMap<>(OpenRead.Origin.class);
        answer(observer, exchange, bytesByOrigin, () -> streaming.write(exchange, bytesByOrigin));
    }

    /** Runs the handler of a unary call. */
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

    /** An Error becomes a status too: without one the client would wait until its deadline. */
    private void answer(
            StreamObserver<?> observer,
            GrpcExchange exchange,
            Map<OpenRead.Origin, Long> bytesByOrigin,
            Supplier<Optional<GrpcError>> handler) {
        Optional<GrpcError> failure;
        Throwable thrown = null;
        try {
            failure = handler.get();
        } catch (RuntimeException e) {
            thrown = e;
            failure = Optional.of(error(exchange, e));
        } catch (Error e) {
            thrown = e;
            failure = Optional.of(error(exchange, new IllegalStateException("an error", e)));
        }
        try {
            finish(observer, exchange, failure, bytesByOrigin);
        } finally {
            if (thrown != null) {
                FatalErrors.check(thrown);
            }
        }
    }

    /**
     * Maps a failure to the error that the client receives, and sets it as the logged cause. In an
     * interrupted thread, any failure means that the client has left.
     */
    public GrpcError error(GrpcExchange exchange, RuntimeException why) {
        exchange.setFailure(why);
        exchange.endIfInterrupted();
        RuntimeException mapped =
                Thread.currentThread().isInterrupted() ? new ReadCancelledException() : why;
        return GrpcErrors.of(mapped, exchange, deniedIsForbidden);
    }

    private void finish(
            StreamObserver<?> observer,
            GrpcExchange exchange,
            Optional<GrpcError> failure,
            Map<OpenRead.Origin, Long> bytesByOrigin) {
        boolean clientGone = exchange.ending().equals(Optional.of(Ending.PEER_GONE));
        String status = failure.map(error -> error.code().name()).orElse("OK");
        Outcome outcome = clientGone ? Outcome.PEER_GONE : Outcome.COMPLETE;
        logging.run(
                () ->
                        log.accept(
                                exchange.toLine(
                                        status,
                                        outcome,
                                        failure.map(GrpcError::logged),
                                        bytesByOrigin)));
        try {
            if (failure.isEmpty()) {
                observer.onCompleted();
            } else {
                observer.onError(failure.get().toException(exchange.correlationId()));
            }
        } catch (RuntimeException e) {
            // The call was cancelled or the connection is closed: no client receives a status.
            exchange.end(Ending.PEER_GONE);
        }
    }

    /** The address of the client, which is enough for a fair share of the stores. */
    public static String clientAddress() {
        return Optional.ofNullable(ServerContextKeys.CONNECTION_CONTEXT.get())
                .map(connection -> connection.remotePeer().host())
                .orElse("");
    }
}
