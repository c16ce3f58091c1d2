package io.rangestream.grpc;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.rpc.ErrorDetailsProto;

import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.grpc.GrpcService;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.stream.Listings;
import io.rangestream.stream.RangeStreamService;
import io.rangestream.transport.Readers;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Stream;

/** The gRPC face as a whole: its routes, and whether it serves. Closed by whoever made it. */
public final class GrpcFace implements AutoCloseable {
    /** The names of all services, reflection included. */
    public static final List<String> SERVICES =
            List.of(
                    GrpcRangeService.NAME,
                    GrpcByteStreamService.NAME,
                    HealthGrpc.SERVICE_NAME,
                    "grpc.reflection.v1.ServerReflection",
                    "grpc.reflection.v1alpha.ServerReflection");

    private final GrpcRangeService ranges;
    private final GrpcByteStreamService byteStream;
    private final ExchangeInterceptor interceptor;
    private final HealthStatusManager health = new HealthStatusManager();
    private final ScheduledThreadPoolExecutor deadlines =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().name("grpc-deadlines").daemon().factory());

    /**
     * Serves what the engine gives; owns nothing of it.
     *
     * @param longMessageCalls how many reads at once may have messages of whole blocks, for each of
     *     which that much heap is taken until its call ends
     * @param deniedIsForbidden whether an object that the store does not let us read is
     *     PERMISSION_DENIED (our choice K8); else it is NOT_FOUND
     */
    public GrpcFace(
            RangeStreamService streams,
            Listings listings,
            Readers readers,
            RequestSink log,
            Clock clock,
            int longMessageCalls,
            boolean deniedIsForbidden) {
        MessageRoom room = new MessageRoom(longMessageCalls);
        GrpcAnswers answers = new GrpcAnswers(log, deniedIsForbidden);
        this.ranges = new GrpcRangeService(streams, listings, room, answers);
        this.byteStream = new GrpcByteStreamService(streams, room, answers);
        deadlines.setRemoveOnCancelPolicy(true);
        this.interceptor = new ExchangeInterceptor(readers, log, clock, deadlines);
    }

    /** The routes of all services. */
    public GrpcRouting.Builder routing() {
        List<GrpcService> services = List.of(ranges, byteStream, new GrpcHealthService(health));
        // No service imports it, but the details of each status are in it.
        FileDescriptor errorDetails = ErrorDetailsProto.getDescriptor();
        List<FileDescriptor> files =
                Stream.concat(services.stream().map(GrpcService::proto), Stream.of(errorDetails))
                        .toList();
        GrpcRouting.Builder routing = GrpcRouting.builder().intercept(interceptor);
        services.forEach(routing::service);
        GrpcReflectionService.versions(SERVICES, files).forEach(routing::service);
        return routing;
    }

    /** Tells gRPC's health service, overall and for each of ours. */
    public void serving(boolean serving) {
        ServingStatus status = serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
        health.setStatus(GrpcRangeService.NAME, status);
        health.setStatus(GrpcByteStreamService.NAME, status);
    }

    @Override
    public void close() {
        try {
            health.enterTerminalState();
        } finally {
            deadlines.shutdownNow();
        }
    }
}
