package io.rangestream.client.telemetry;

import io.grpc.ManagedChannelBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;

import java.util.function.Consumer;

/**
 * Records a client's calls with OpenTelemetry: gRPC's metrics ({@code grpc.client.…}), and its
 * traces if {@code GRPC_EXPERIMENTAL_ENABLE_OTEL_TRACING=true} is set in the environment, because
 * gRPC does not enable them by default yet. Passed to {@link
 * io.rangestream.client.RangeStreamClientBuilder#telemetry}.
 */
public final class RangeStreamTelemetry {
    private RangeStreamTelemetry() {}

    /**
     * Records calls with the given OpenTelemetry.
     *
     * @param openTelemetry the OpenTelemetry, owned by the caller; {@code OpenTelemetry.noop()}
     *     records nothing
     * @return the configuration for a client's channel
     */
    public static Consumer<ManagedChannelBuilder<?>> of(OpenTelemetry openTelemetry) {
        return GrpcOpenTelemetry.newBuilder().sdk(openTelemetry).build()::configureChannelBuilder;
    }
}
