package io.rangestream.app.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The health and reflection services, which gRPC tools use. */
@ServerTest
final class GrpcPlatformTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final String SERVICE = "rangestream.v1.RangeStreamService";

    private static GrpcClient client;

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @BeforeAll
    static void connect(WebServer server) {
        client = GrpcClient.connect(server.port());
    }

    @AfterAll
    static void disconnect() {
        client.close();
        SERVED.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", SERVICE})
    void healthCheckReportsServing(String service) {
        HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(service).build();
        Awaitility.await()
                .until(
                        () ->
                                HealthGrpc.newBlockingStub(client.channel())
                                                .check(request)
                                                .getStatus()
                                        == ServingStatus.SERVING);
    }

    @Test
    void reflectionListsService() {
        assertListed(
                names -> {
                    var requests =
                            io.grpc.reflection.v1.ServerReflectionGrpc.newStub(client.channel())
                                    .serverReflectionInfo(
                                            collecting(
                                                    names,
                                                    answer ->
                                                            answer
                                                                    .getListServicesResponse()
                                                                    .getServiceList()
                                                                    .stream()
                                                                    .map(it -> it.getName())
                                                                    .toList()));
                    requests.onNext(
                            io.grpc.reflection.v1.ServerReflectionRequest.newBuilder()
                                    .setListServices("")
                                    .build());
                });
    }

    @Test
    void v1alphaReflectionListsService() {
        assertListed(
                names -> {
                    var requests =
                            io.grpc.reflection.v1alpha.ServerReflectionGrpc.newStub(
                                            client.channel())
                                    .serverReflectionInfo(
                                            collecting(
                                                    names,
                                                    answer ->
                                                            answer
                                                                    .getListServicesResponse()
                                                                    .getServiceList()
                                                                    .stream()
                                                                    .map(it -> it.getName())
                                                                    .toList()));
                    requests.onNext(
                            io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
                                    .setListServices("")
                                    .build());
                });
    }

    private static void assertListed(Consumer<List<String>> ask) {
        List<String> names = new CopyOnWriteArrayList<>();
        ask.accept(names);
        Awaitility.await().until(() -> !names.isEmpty());
        assertThat(names).contains(SERVICE, "grpc.health.v1.Health");
    }

    private static <T> StreamObserver<T> collecting(
            List<String> names, java.util.function.Function<T, List<String>> namesOf) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T answer) {
                names.addAll(namesOf.apply(answer));
            }

            @Override
            public void onError(Throwable failure) {
                names.add("failed: " + failure);
            }

            @Override
            public void onCompleted() {
                // onNext has added the names.
            }
        };
    }
}
