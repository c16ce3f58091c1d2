package io.rangestream.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.rangestream.requestlog.CorrelationId;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Gives each call its exchange, names it in the initial metadata, and honours its deadline, which
 * Helidon 4.5.0 does not read.
 */
final class ExchangeInterceptor implements ServerInterceptor {
    static final Metadata.Key<String> CORRELATION_ID =
            Metadata.Key.of(
                    CorrelationId.FIELD_NAME.toLowerCase(Locale.ROOT),
                    Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> TIMEOUT =
            Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

    private final Clock clock;
    private final ScheduledExecutorService deadlines;

    ExchangeInterceptor(Clock clock, ScheduledExecutorService deadlines) {
        this.clock = clock;
        this.deadlines = deadlines;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String operation = String.valueOf(call.getMethodDescriptor().getBareMethodName());
        GrpcExchange exchange = new GrpcExchange(operation, clock);
        // Converted, not toNanos(): eight digits of hours are too many for a long.
        Optional<ScheduledFuture<?>> deadline =
                GrpcTimeout.parse(headers.get(TIMEOUT))
                        .map(
                                timeout ->
                                        deadlines.schedule(
                                                () -> exchange.end(true),
                                                TimeUnit.NANOSECONDS.convert(timeout),
                                                TimeUnit.NANOSECONDS));
        ServerCall<Q, R> named =
                new SimpleForwardingServerCall<>(call) {
                    @Override
                    public void sendHeaders(Metadata responseHeaders) {
                        responseHeaders.put(CORRELATION_ID, exchange.correlationId());
                        super.sendHeaders(responseHeaders);
                    }

                    @Override
                    public void close(Status status, Metadata trailers) {
                        // Else it would hold the call, and its bytes, until its time comes.
                        deadline.ifPresent(waiting -> waiting.cancel(false));
                        super.close(status, trailers);
                    }
                };
        Context context = Context.current().withValue(GrpcExchange.KEY, exchange);
        ServerCall.Listener<Q> listener = Contexts.interceptCall(context, named, headers, next);
        return new SimpleForwardingServerCallListener<>(listener) {
            @Override
            public void onCancel() {
                deadline.ifPresent(waiting -> waiting.cancel(false));
                super.onCancel();
            }
        };
    }

    /** The text of a grpc-timeout field. */
    static final class GrpcTimeout {
        private static final int MAX_DIGITS = 8;

        private GrpcTimeout() {}

        /** Up to eight digits and a unit; empty where it is anything else. */
        static Optional<Duration> parse(@Nullable String text) {
            if (text == null || text.length() < 2 || text.length() > MAX_DIGITS + 1) {
                return Optional.empty();
            }
            String digits = text.substring(0, text.length() - 1);
            if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Optional.empty();
            }
            long value = Long.parseLong(digits);
            return switch (text.charAt(text.length() - 1)) {
                case 'H' -> Optional.of(Duration.ofHours(value));
                case 'M' -> Optional.of(Duration.ofMinutes(value));
                case 'S' -> Optional.of(Duration.ofSeconds(value));
                case 'm' -> Optional.of(Duration.ofMillis(value));
                case 'u' -> Optional.of(Duration.ofNanos(value * 1000));
                case 'n' -> Optional.of(Duration.ofNanos(value));
                default -> Optional.empty();
            };
        }
    }
}
