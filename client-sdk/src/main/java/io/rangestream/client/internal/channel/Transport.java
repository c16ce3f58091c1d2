package io.rangestream.client.internal.channel;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptor;
import io.grpc.CompositeCallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.rangestream.client.RangeStreamClientBuilder;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The settings of the channel to the server: security, credentials, interceptors and telemetry.
 * Used by {@link RangeStreamClientBuilder}. Not safe for several threads.
 */
public final class Transport {
    /** The largest chunk that a server may send. */
    private static final int MAX_CHUNK_BYTES = 2 * 1024 * 1024;

    /** Room for the other fields of a chunk's message. */
    private static final int MESSAGE_OVERHEAD_BYTES = 64 * 1024;

    private final String target;
    private final List<ClientInterceptor> interceptors = new ArrayList<>();
    private final List<Consumer<? super ManagedChannelBuilder<?>>> hooks = new ArrayList<>();
    private boolean plaintext;
    private boolean tokenOverPlaintext;
    private TlsChannelCredentials.@Nullable Builder tls;
    private @Nullable String userAgent;
    private @Nullable CallCredentials bearerToken;
    private @Nullable CallCredentials credentials;
    private Consumer<? super ManagedChannelBuilder<?>> telemetry = OptionalTelemetry::record;

    public Transport(String target) {
        this.target = Target.of(target);
    }

    public void plaintext() {
        plaintext = true;
    }

    public void allowTokenOverPlaintext() {
        tokenOverPlaintext = true;
    }

    public void trust(Path certificatesPem) throws IOException {
        tls = tls().trustManager(certificatesPem.toFile());
    }

    public void clientCertificate(Path chainPem, Path privateKeyPem) throws IOException {
        tls = tls().keyManager(chainPem.toFile(), privateKeyPem.toFile());
    }

    private TlsChannelCredentials.Builder tls() {
        return tls == null ? TlsChannelCredentials.newBuilder() : tls;
    }

    public void userAgent(String name) {
        userAgent = name;
    }

    public void bearerToken(Supplier<String> token) {
        bearerToken = new BearerToken(token);
    }

    public void credentials(CallCredentials newCredentials) {
        credentials = newCredentials;
    }

    public void intercept(ClientInterceptor... more) {
        interceptors.addAll(List.of(more));
    }

    public void telemetry(Consumer<? super ManagedChannelBuilder<?>> newTelemetry) {
        telemetry = newTelemetry;
    }

    public void configure(Consumer<? super ManagedChannelBuilder<?>> hook) {
        hooks.add(hook);
    }

    /**
     * Creates a channel, which connects when it is first used.
     *
     * @param flowControlWindowBytes the HTTP/2 flow-control window in bytes
     * @return the channel, owned by the caller
     * @throws IllegalArgumentException if the settings contradict each other
     */
    public ManagedChannel channel(int flowControlWindowBytes) {
        if (plaintext && bearerToken != null && !tokenOverPlaintext) {
            throw new IllegalArgumentException(
                    "a bearer token would be sent without TLS; remove plaintext(), or call"
                            + " allowBearerTokenOverPlaintext()");
        }
        NettyChannelBuilder channel = secured();
        if (userAgent != null) {
            channel.userAgent(userAgent);
        }
        // gRPC calls the interceptor that was added last first.
        List<ClientInterceptor> innermostFirst = new ArrayList<>(interceptors);
        Collections.reverse(innermostFirst);
        channel.intercept(innermostFirst);
        telemetry.accept(channel);
        channel.flowControlWindow(flowControlWindowBytes)
                .maxInboundMessageSize(MAX_CHUNK_BYTES + MESSAGE_OVERHEAD_BYTES);
        hooks.forEach(hook -> hook.accept(channel));
        return channel.build();
    }

    private NettyChannelBuilder secured() {
        if (tls == null) {
            NettyChannelBuilder channel = NettyChannelBuilder.forTarget(target);
            return plaintext ? channel.usePlaintext() : channel;
        }
        if (plaintext) {
            throw new IllegalArgumentException(
                    "plaintext() excludes trustedCertificates(…) and clientCertificate(…)");
        }
        return NettyChannelBuilder.forTarget(target, tls.build());
    }

    public TlsMismatchDetector mismatchDetector() {
        return new TlsMismatchDetector(target, plaintext, TlsProbe::serverUses);
    }

    /** The options of each call: its credentials. */
    public CallOptions callOptions() {
        if (bearerToken == null || credentials == null) {
            CallCredentials one = bearerToken == null ? credentials : bearerToken;
            return one == null ? CallOptions.DEFAULT : CallOptions.DEFAULT.withCallCredentials(one);
        }
        return CallOptions.DEFAULT.withCallCredentials(
                new CompositeCallCredentials(bearerToken, credentials));
    }

    /** Call credentials that send the supplier's current token in the authorization field. */
    private static final class BearerToken extends CallCredentials {
        private static final Metadata.Key<String> AUTHORIZATION =
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

        private final Supplier<String> token;

        BearerToken(Supplier<String> token) {
            this.token = token;
        }

        @Override
        public void applyRequestMetadata(
                RequestInfo call, Executor executor, MetadataApplier applier) {
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
}
