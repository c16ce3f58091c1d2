package io.rangestream.client;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.Status;

import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Call credentials that send the supplier's current token in the authorization field. */
final class BearerToken extends CallCredentials {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Supplier<String> token;

    BearerToken(Supplier<String> token) {
        this.token = token;
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
                                        .withDescription("no bearer token: the supplier failed")
                                        .withCause(e));
                        return;
                    }
                    applier.apply(fields);
                });
    }
}
