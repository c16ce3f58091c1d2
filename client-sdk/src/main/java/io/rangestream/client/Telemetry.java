package io.rangestream.client;

import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;

import java.util.function.Consumer;

/** gRPC's own metrics and traces of each call. Loaded only where its libraries are there. */
final class Telemetry {
    private Telemetry() {}

    /** Has the calls of a channel recorded. */
    static Consumer<NettyChannelBuilder> by(OpenTelemetry openTelemetry) {
        return GrpcOpenTelemetry.newBuilder().sdk(openTelemetry).build()::configureChannelBuilder;
    }

    /** By what is registered as the global one now, or by none: none is registered by this. */
    static void recordGlobally(NettyChannelBuilder channel) {
        if (GlobalOpenTelemetry.isSet()) {
            by(GlobalOpenTelemetry.getOrNoop()).accept(channel);
        }
    }
}
