package io.rangestream.client;

import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;

/**
 * {@link Telemetry} where OpenTelemetry is on the class path. Nothing else refers to that class
 * without having been given an OpenTelemetry, so that without it nothing is missing.
 */
final class OptionalTelemetry {
    private static final boolean ON_CLASS_PATH =
            canBeLoaded("io.grpc.opentelemetry.GrpcOpenTelemetry")
                    && canBeLoaded("io.opentelemetry.api.GlobalOpenTelemetry");

    private OptionalTelemetry() {}

    /** Has the calls of a channel recorded by the global OpenTelemetry, if there is one. */
    static void record(NettyChannelBuilder channel) {
        if (!ON_CLASS_PATH) {
            return;
        }
        try {
            Telemetry.recordGlobally(channel);
        } catch (LinkageError e) {
            // An OpenTelemetry that is older than what gRPC's part was built against, which nobody
            // has asked this client to use: as good as none.
            return;
        }
    }

    private static boolean canBeLoaded(String name) {
        try {
            Class.forName(name, false, OptionalTelemetry.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
