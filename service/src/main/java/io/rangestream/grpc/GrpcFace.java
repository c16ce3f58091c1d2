package io.rangestream.grpc;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.rpc.ErrorDetailsProto;

import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.health.v1.HealthProto;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.grpc.GrpcService;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.stream.Listings;
import io.rangestream.stream.RangeStreamService;
import io.rangestream.transport.Readers;
import io.rangestream.v1.BidiReadRangeRequest;
import io.rangestream.v1.BidiReadRangeResponse;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Stream;

/**
 * The gRPC endpoint: its services, their routes and their health status. Created and closed by the
 * application. Safe for many threads.
 */
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

    /** The BidiReadRange call, which has a package of its own that uses this one. */
    @FunctionalInterface
    public interface BidiReadRange {
        /**
         * Begins a call in the thread that receives its messages.
         *
         * @param observer sends the messages of the response
         * @return receives the messages of the client
         */
        StreamObserver<BidiReadRangeRequest> begin(
                RangeStreamService streams,
                MessageRoom room,
                GrpcAnswers answers,
                StreamObserver<BidiReadRangeResponse> observer);
    }

    /**
     * Creates the endpoint. It closes none of the parameters.
     *
     * @param longMessageCalls the number of concurrent reads that may send messages of a whole
     *     block; each takes as much heap until its call ends
     * @param deniedIsForbidden whether an object to which the store denies access is
     *     PERMISSION_DENIED (K8) instead of NOT_FOUND
     * @param bidiReadRange begins the calls of BidiReadRange
     */
    public GrpcFace(
            RangeStreamService streams,
            Listings listings,
            Readers readers,
            RequestSink log,
            Clock clock,
            int longMessageCalls,
            boolean deniedIsForbidden,
            BidiReadRange bidiReadRange) {
        MessageRoom room = new MessageRoom(longMessageCalls);
        GrpcAnswers answers = new GrpcAnswers(log, deniedIsForbidden);
        this.ranges = new GrpcRangeService(streams, listings, room, answers, bidiReadRange);
        this.byteStream = new GrpcByteStreamService(streams, room, answers);
        deadlines.setRemoveOnCancelPolicy(true);
        this.interceptor = new ExchangeInterceptor(readers, log, clock, deadlines);
    }

    /** The routes of all services. */
    public GrpcRouting.Builder routing() {
        List<GrpcService> services = List.of(ranges, byteStream, new HealthService(health));
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

    /** Sets the status of gRPC's health service, for the server and for each of our services. */
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

    /** The service {@code grpc.health.v1.Health} of grpc-services, since Helidon has none. */
    private static final class HealthService implements GrpcService {
        private final HealthGrpc.AsyncService health;

        HealthService(HealthStatusManager manager) {
            this.health = (HealthGrpc.AsyncService) manager.getHealthService();
        }

        @Override
        public String serviceName() {
            return HealthGrpc.SERVICE_NAME;
        }

        @Override
        public FileDescriptor proto() {
            return HealthProto.getDescriptor();
        }

        @Override
        public void update(Routing routing) {
            routing.unary("Check", health::check).serverStream("Watch", health::watch);
        }
    }
}
