package io.rangestream.app.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.bytestream.ByteStreamGrpc;
import com.google.bytestream.ByteStreamProto;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.helidon.webserver.WebServer;
import io.rangestream.app.HelidonServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.Wiring;
import io.rangestream.app.config.ServerConfig;
import io.rangestream.app.fault.ErrorStore;
import io.rangestream.engine.EngineConfig;
import io.rangestream.fault.TaskGuard;
import io.rangestream.http.HttpOptions;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.LoggedWarnings;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.transport.PauseLimits;
import io.rangestream.v1.ListBucketsRequest;
import io.rangestream.v1.ListObjectsRequest;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.StatObjectRequest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An Error in a call's handler ends the call at once with a status, and the server keeps running.
 */
@Timeout(120)
final class GrpcErrorStatusTest {
    // The deadline of each call: longer than any call here takes, so that a hanging call fails.
    private static final int DEADLINE_SECONDS = 20;

    private Wiring wiring;
    private WebServer server;
    private GrpcClient client;
    private volatile boolean logFails;

    @BeforeEach
    void start() {
        wiring =
                new Wiring(
                        Map.of(
                                ErrorStore.BUCKET,
                                new ErrorStore(() -> new StackOverflowError("by a test"))),
                        ServedEndpoints.tuning(EngineConfig.ofMemory(ServedEndpoints.MEMORY_BYTES)),
                        PauseLimits.DEFAULT,
                        HttpOptions.DEFAULT,
                        _ -> {
                            if (logFails) {
                                throw new NoClassDefFoundError("by a test");
                            }
                        },
                        Clock.systemUTC());
        server = HelidonServer.start(new ServerConfig.Listener("127.0.0.1", 0), wiring, () -> null);
        client = GrpcClient.connect(server.port());
    }

    @AfterEach
    void stop() {
        client.close();
        wiring.connections().expectStop();
        server.stop();
        wiring.close();
    }

    private RangeStreamServiceGrpc.RangeStreamServiceBlockingStub stub() {
        return client.blocking().withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private List<Consumer<RangeStreamServiceGrpc.RangeStreamServiceBlockingStub>> calls() {
        return List.of(
                stub ->
                        stub.statObject(
                                StatObjectRequest.newBuilder()
                                        .setBucket(ErrorStore.BUCKET)
                                        .setKey("k")
                                        .build()),
                stub ->
                        stub.listObjects(
                                ListObjectsRequest.newBuilder()
                                        .setBucket(ErrorStore.BUCKET)
                                        .build()),
                stub ->
                        assertEmpty(
                                stub.readRange(
                                        ReadRangeRequest.newBuilder()
                                                .setBucket(ErrorStore.BUCKET)
                                                .setKey("k")
                                                .build())),
                _ ->
                        assertEmpty(
                                ByteStreamGrpc.newBlockingStub(client.channel())
                                        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                                        .read(
                                                ByteStreamProto.ReadRequest.newBuilder()
                                                        .setResourceName(ErrorStore.BUCKET + "/k")
                                                        .build())));
    }

    private static void assertEmpty(Iterator<?> responses) {
        assertThat(responses.hasNext()).isFalse();
    }

    private void assertAllAreInternal() {
        for (Consumer<RangeStreamServiceGrpc.RangeStreamServiceBlockingStub> call : calls()) {
            assertThatThrownBy(() -> call.accept(stub()))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            failure ->
                                    assertThat(failure.getStatus().getCode())
                                            .isEqualTo(Status.Code.INTERNAL));
        }
    }

    @Test
    @Covers("error-grpc-call")
    void errorInHandlerIsInternal() throws Exception {
        assertAllAreInternal();
        assertThat(stub().listBuckets(ListBucketsRequest.getDefaultInstance()).getBucketsCount())
                .isEqualTo(1);
        try (Http1Wire wire = Http1Wire.connect(server.port())) {
            assertThat(wire.ask("GET", "/api/buckets/broken/objects").status()).isEqualTo(500);
        }
        try (Http1Wire wire = Http1Wire.connect(server.port())) {
            assertThat(wire.ask("GET", "/objects/broken/k").status()).isEqualTo(500);
        }
    }

    @Test
    @Covers("error-grpc-call")
    void failingLogDoesNotBlockStatus() {
        logFails = true;
        try (LoggedWarnings logged = LoggedWarnings.of(TaskGuard.class)) {
            assertThat(
                            stub().listBuckets(ListBucketsRequest.getDefaultInstance())
                                    .getBucketsCount())
                    .isEqualTo(1);
            assertAllAreInternal();
            assertThat(logged.messages()).hasSize(1);
        }
    }
}
