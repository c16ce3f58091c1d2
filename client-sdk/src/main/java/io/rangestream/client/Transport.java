package io.rangestream.client;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.CompositeCallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** How a server is reached, and who asks: what a {@link Connection} is made on. For one thread. */
final class Transport {
    /** The largest chunk that a server may send. */
    private static final int MAX_CHUNK_BYTES = 2 * 1024 * 1024;

    /** The other fields of a chunk's message, and more besides. */
    private static final int MESSAGE_OVERHEAD_BYTES = 64 * 1024;

    private final String target;
    private final List<ClientInterceptor> interceptors = new ArrayList<>();
    private boolean plaintext;
    private @Nullable ChannelCredentials trust;
    private @Nullable String userAgent;
    private @Nullable CallCredentials bearerToken;
    private @Nullable CallCredentials credentials;
    private Consumer<NettyChannelBuilder> telemetry = OptionalTelemetry::record;

    Transport(String target) {
        this.target = Target.of(target);
    }

    void plaintext() {
        plaintext = true;
    }

    void trust(ChannelCredentials newTrust) {
        trust = newTrust;
    }

    void userAgent(String name) {
        userAgent = name;
    }

    void bearerToken(CallCredentials newBearerToken) {
        bearerToken = newBearerToken;
    }

    void credentials(CallCredentials newCredentials) {
        credentials = newCredentials;
    }

    void intercept(ClientInterceptor... more) {
        interceptors.addAll(List.of(more));
    }

    /** Another way to see what is called than {@link OptionalTelemetry}. */
    void telemetry(Consumer<NettyChannelBuilder> newTelemetry) {
        telemetry = newTelemetry;
    }

    /** A channel that connects when it is first used; to be closed by the caller. */
    ManagedChannel channel(int flowControlWindowBytes) {
        NettyChannelBuilder channel = secured();
        if (userAgent != null) {
            channel.userAgent(userAgent);
        }
        // The last one that a channel is given is the first to see a call.
        List<ClientInterceptor> innermostFirst = new ArrayList<>(interceptors);
        Collections.reverse(innermostFirst);
        channel.intercept(innermostFirst);
        telemetry.accept(channel);
        return channel.flowControlWindow(flowControlWindowBytes)
                .maxInboundMessageSize(MAX_CHUNK_BYTES + MESSAGE_OVERHEAD_BYTES)
                .build();
    }

    private NettyChannelBuilder secured() {
        if (trust == null) {
            NettyChannelBuilder channel = NettyChannelBuilder.forTarget(target);
            return plaintext ? channel.usePlaintext() : channel;
        }
        if (plaintext) {
            throw new IllegalArgumentException("trusted certificates, but no TLS");
        }
        return NettyChannelBuilder.forTarget(target, trust);
    }

    /** What each call says of who asks. */
    CallOptions callOptions() {
        if (bearerToken == null || credentials == null) {
            CallCredentials one = bearerToken == null ? credentials : bearerToken;
            return one == null ? CallOptions.DEFAULT : CallOptions.DEFAULT.withCallCredentials(one);
        }
        return CallOptions.DEFAULT.withCallCredentials(
                new CompositeCallCredentials(bearerToken, credentials));
    }
}
