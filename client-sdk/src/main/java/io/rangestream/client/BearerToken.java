package io.rangestream.client;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Puts a token into the Authorization field of each call, as it is then. */
final class BearerToken extends CallCredentials {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Supplier<String> token;

    private BearerToken(Supplier<String> token) {
        this.token = token;
    }

    static ClientInterceptor onEachCall(Supplier<String> token) {
        BearerToken credentials = new BearerToken(token);
        return new ClientInterceptor() {
            @Override
            public <Q, R> ClientCall<Q, R> interceptCall(
                    MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
                return next.newCall(method, options.withCallCredentials(credentials));
            }
        };
    }

    @Override
    public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
        executor.execute(
                () -> {
                    Metadata fields = new Metadata();
                    try {
                        fields.put(AUTHORIZATION, "Bearer " + token.get());
                    } catch (RuntimeException e) {
                        applier.fail(
                                Status.UNAUTHENTICATED
                                        .withDescription("no bearer token to be had")
                                        .withCause(e));
                        return;
                    }
                    applier.apply(fields);
                });
    }
}
