package io.rangestream.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.rangestream.transport.ActiveResponse;
import io.rangestream.transport.EndReason;

import java.util.Optional;

/**
 * Adds the correlation id of the log line to the initial metadata of a call, even if only a status
 * follows: some clients show no metadata of a response that consists of trailers only. Created by
 * the interceptor for each call of our services. Closes the {@link ActiveResponse} of the call.
 * Used by one thread at a time.
 */
final class CorrelatedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final GrpcExchange exchange;
    private final ActiveResponse reader;
    private Runnable beforeClose = () -> {};
    private boolean headersSent;

    CorrelatedCall(ServerCall<Q, R> call, GrpcExchange exchange, ActiveResponse reader) {
        super(call);
        this.exchange = exchange;
        this.reader = reader;
    }

    /** Sets the action that runs when the call is closed, before anything is written. */
    void beforeClose(Runnable action) {
        beforeClose = action;
    }

    @Override
    public void sendHeaders(Metadata headers) {
        headersSent = true;
        headers.put(ExchangeInterceptor.CORRELATION_ID, exchange.correlationId());
        super.sendHeaders(headers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
        beforeClose.run();
        try (reader) {
            if (!headersSent && !exchange.ending().equals(Optional.of(EndReason.PEER_GONE))) {
                sendHeaders(new Metadata());
            }
            super.close(status, trailers);
        }
    }
}
