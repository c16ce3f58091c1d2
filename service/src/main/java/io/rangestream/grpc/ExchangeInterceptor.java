package io.rangestream.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.rangestream.fault.TaskGuard;
import io.rangestream.requestlog.CorrelationId;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.transport.ActiveResponse;
import io.rangestream.transport.ActiveResponses;
import io.rangestream.transport.EndReason;
import io.rangestream.transport.RequestFault;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Creates the {@link GrpcExchange} of each call of our services, adds the correlation id to the
 * initial metadata, and ends the call at its deadline, which Helidon 4.5.0 does not read. Rejects
 * new calls while this server drains, and requests that can't be parsed. Used by the routing. Safe
 * for many threads.
 */
final class ExchangeInterceptor implements ServerInterceptor {
    static final Metadata.Key<String> CORRELATION_ID =
            Metadata.Key.of(
                    CorrelationId.FIELD_NAME.toLowerCase(Locale.ROOT),
                    Metadata.ASCII_STRING_MARSHALLER);
    private static final Set<String> OUR_SERVICES =
            Set.of(GrpcRangeService.NAME, GrpcByteStreamService.NAME);
    private static final String IDENTITY = "identity";
    private static final List<String> ACCEPTED_ENCODINGS = List.of(IDENTITY, "gzip");
    private static final Metadata.Key<String> ENCODING =
            Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> ACCEPT_ENCODING =
            Metadata.Key.of("grpc-accept-encoding", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> TIMEOUT =
            Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

    private final TaskGuard ending = new TaskGuard("ending a call at its deadline");
    private final ActiveResponses readers;
    private final RequestSink log;
    private final Clock clock;
    private final ScheduledExecutorService deadlines;

    ExchangeInterceptor(
            ActiveResponses readers,
            RequestSink log,
            Clock clock,
            ScheduledExecutorService deadlines) {
        this.readers = readers;
        this.log = log;
        this.clock = clock;
        this.deadlines = deadlines;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        MethodDescriptor<Q, R> method = call.getMethodDescriptor();
        if (!OUR_SERVICES.contains(String.valueOf(method.getServiceName()))) {
            // Health and reflection are served during a drain too.
            return interceptOther(call, headers, next);
        }
        ActiveResponse reader = readers.openGrpc(!method.getType().serverSendsOneMessage());
        String operation = String.valueOf(method.getBareMethodName());
        GrpcExchange exchange = new GrpcExchange(operation, reader, clock);
        CorrelatedCall<Q, R> named = new CorrelatedCall<>(call, exchange, reader);
        Optional<RequestFault> metadataFault = readers.requestFault();
        if (metadataFault.isPresent()) {
            return refuse(named, exchange, GrpcErrors.of(metadataFault.get()));
        }
        if (readers.isDraining()) {
            return refuse(named, exchange, GrpcErrors.draining());
        }
        if (!ACCEPTED_ENCODINGS.contains(
                Optional.ofNullable(headers.get(ENCODING)).orElse(IDENTITY))) {
            return refuse(named, exchange, GrpcErrors.unknownEncoding());
        }
        // toNanos() would overflow for eight digits of hours; convert() saturates.
        Optional<ScheduledFuture<?>> deadline =
                GrpcTimeout.parse(headers.get(TIMEOUT))
                        .map(
                                timeout ->
                                        deadlines.schedule(
                                                ending.guard(
                                                        () -> exchange.end(EndReason.DEADLINE)),
                                                TimeUnit.NANOSECONDS.convert(timeout),
                                                TimeUnit.NANOSECONDS));
        // A scheduled deadline holds the call and its bytes in memory.
        named.beforeClose(() -> deadline.ifPresent(waiting -> waiting.cancel(false)));
        Context context = Context.current().withValue(GrpcExchange.KEY, exchange);
        ServerCall.Listener<Q> listener = Contexts.interceptCall(context, named, headers, next);
        boolean isOneRequest = method.getType().clientSendsOneMessage();
        if (isOneRequest) {
            // A client that does not half-close must not hold the thread without a limit.
            reader.awaiting();
        }
        ServerCall.Listener<Q> timed =
                new SimpleForwardingServerCallListener<>(listener) {
                    @Override
                    public void onHalfClose() {
                        if (isOneRequest) {
                            reader.heard();
                        }
                        super.onHalfClose();
                    }

                    @Override
                    public void onCancel() {
                        deadline.ifPresent(waiting -> waiting.cancel(false));
                        super.onCancel();
                    }
                };
        // BidiReadRange ends itself on a fault: its writer may be sending at that moment.
        ServerCall.Listener<Q> guarded =
                isOneRequest
                        ? new RequestGuard<>(timed, () -> refuse(named, exchange, exchange.fault()))
                        : timed;
        readers.onRequestFault(
                fault -> {
                    exchange.setFault(GrpcErrors.of(fault));
                    guarded.onCancel();
                });
        return guarded;
    }

    private <Q, R> ServerCall.Listener<Q> interceptOther(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Optional<RequestFault> metadataFault = readers.requestFault();
        if (metadataFault.isPresent()) {
            call.close(status(metadataFault.get()), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        ServerCall.Listener<Q> listener = next.startCall(call, headers);
        readers.onRequestFault(
                fault -> {
                    call.close(status(fault), new Metadata());
                    listener.onCancel();
                });
        return new RequestGuard<>(
                listener, () -> call.close(Status.INVALID_ARGUMENT, new Metadata()));
    }

    private static Status status(RequestFault fault) {
        GrpcError error = GrpcErrors.of(fault);
        return error.code().toStatus().withDescription(error.message());
    }

    private <Q, R> ServerCall.Listener<Q> refuse(
            ServerCall<Q, R> call, GrpcExchange exchange, GrpcError why) {
        log.accept(
                exchange.toLine(
                        why.code().name(), Outcome.COMPLETE, Optional.of(why.logged()), Map.of()));
        StatusRuntimeException status = why.toException(exchange.correlationId());
        Metadata trailers = Optional.ofNullable(status.getTrailers()).orElseGet(Metadata::new);
        if (why.code() == Status.Code.UNIMPLEMENTED) {
            trailers.put(ACCEPT_ENCODING, String.join(",", ACCEPTED_ENCODINGS));
        }
        call.close(status.getStatus(), trailers);
        return new ServerCall.Listener<>() {};
    }

    /** Parses the metadata {@code grpc-timeout}. */
    static final class GrpcTimeout {
        private static final int MAX_DIGITS = 8;

        private GrpcTimeout() {}

        /** The timeout, if the text is one to eight digits and a unit; otherwise empty. */
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
