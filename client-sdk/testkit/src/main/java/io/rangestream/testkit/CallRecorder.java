package io.rangestream.testkit;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Assigns a correlation id to each call and records the calls. */
final class CallRecorder implements ServerInterceptor {
    private static final Metadata.Key<String> CORRELATION_ID =
            Metadata.Key.of("x-correlation-id", Metadata.ASCII_STRING_MARSHALLER);

    private final List<String> methods = new CopyOnWriteArrayList<>();
    private final AtomicLong ids = new AtomicLong();

    List<String> methods() {
        return List.copyOf(methods);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        methods.add(Objects.requireNonNull(call.getMethodDescriptor().getBareMethodName()));
        String correlationId = "fake-" + ids.incrementAndGet();
        ServerCall<Q, R> identified =
                new SimpleForwardingServerCall<>(call) {
                    @Override
                    public void sendHeaders(Metadata responseHeaders) {
                        responseHeaders.put(CORRELATION_ID, correlationId);
                        super.sendHeaders(responseHeaders);
                    }
                };
        return Contexts.interceptCall(
                Context.current().withValue(CallFailure.CORRELATION_ID, correlationId),
                identified,
                headers,
                next);
    }
}
