package io.rangestream.client.internal.channel;

import io.grpc.ManagedChannelBuilder;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.rangestream.client.telemetry.RangeStreamTelemetry;

/**
 * The default telemetry of a client: records calls with the global OpenTelemetry if OpenTelemetry
 * is on the class path and a global instance is registered. Only {@link Global} refers to
 * OpenTelemetry classes, and it is loaded only if they are present.
 */
final class OptionalTelemetry {
    private static final boolean ON_CLASS_PATH =
            canBeLoaded("io.grpc.opentelemetry.GrpcOpenTelemetry")
                    && canBeLoaded("io.opentelemetry.api.GlobalOpenTelemetry");

    private OptionalTelemetry() {}

    static void record(ManagedChannelBuilder<?> channel) {
        if (!ON_CLASS_PATH) {
            return;
        }
        try {
            Global.record(channel);
        } catch (LinkageError e) {
            // The OpenTelemetry on the class path is older than the version that
            // grpc-opentelemetry was built against. The caller did not ask for telemetry, so the
            // client works without it.
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

    private static final class Global {
        /** Does not register a global instance if there is none, as {@code get()} would. */
        static void record(ManagedChannelBuilder<?> channel) {
            if (GlobalOpenTelemetry.isSet()) {
                RangeStreamTelemetry.of(GlobalOpenTelemetry.getOrNoop()).accept(channel);
            }
        }
    }
}
