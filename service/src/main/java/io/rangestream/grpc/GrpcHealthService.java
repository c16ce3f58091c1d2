package io.rangestream.grpc;

import com.google.protobuf.Descriptors;

import io.grpc.health.v1.HealthGrpc;
import io.grpc.health.v1.HealthProto;
import io.grpc.protobuf.services.HealthStatusManager;
import io.helidon.webserver.grpc.GrpcService;

/** {@code grpc.health.v1.Health}, as grpc-services has it; Helidon brings none. */
final class GrpcHealthService implements GrpcService {
    private final HealthGrpc.AsyncService health;

    GrpcHealthService(HealthStatusManager manager) {
        this.health = (HealthGrpc.AsyncService) manager.getHealthService();
    }

    @Override
    public String serviceName() {
        return HealthGrpc.SERVICE_NAME;
    }

    @Override
    public Descriptors.FileDescriptor proto() {
        return HealthProto.getDescriptor();
    }

    @Override
    public void update(Routing routing) {
        routing.unary("Check", health::check).serverStream("Watch", health::watch);
    }
}
