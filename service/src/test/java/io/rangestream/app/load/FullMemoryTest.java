package io.rangestream.app.load;

import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.TEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.app.rpc.GrpcFailure;
import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.ReadAheadConfig;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.WireResponse;
import io.rangestream.transport.PauseLimits;
import io.rangestream.v1.ReadRangeRequest;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Five readers with memory for four blocks: the fifth receives OVERLOADED with a retry delay, and
 * the other four are served.
 */
@ServerTest
final class FullMemoryTest {
    private static final int BLOCK_BYTES = 1024;
    private static final int BLOCKS = (int) EngineConfig.LEAST_BLOCKS;

    private static final ServedEndpoints SERVED =
            new ServedEndpoints(
                    Map.of(),
                    PauseLimits.DEFAULT,
                    new EngineConfig(
                            (long) BLOCKS * BLOCK_BYTES,
                            BLOCK_BYTES,
                            new ReadAheadConfig(BLOCK_BYTES, BLOCK_BYTES, 1, BLOCK_BYTES),
                            Duration.ofSeconds(2),
                            Duration.ofSeconds(60),
                            Duration.ofSeconds(60),
                            Duration.ofMillis(100)));

    private final int port;

    FullMemoryTest(WebServer server) {
        this.port = server.port();
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    @Test
    @Covers({"no-memory-blocks", "blocks-memory"})
    void exhaustedMemoryRefusesOneReaderAndServesTheOthers() throws IOException {
        byte[] bytes = new byte[BLOCK_BYTES];
        List<CompletableFuture<Void>> held = new ArrayList<>();
        List<Http1Wire> readers = new ArrayList<>();
        SERVED.memory.put(FILMS, "one-more", bytes, TEXT);
        for (int i = 0; i < BLOCKS; i++) {
            SERVED.memory.put(FILMS, "held-" + i, bytes, TEXT);
            held.add(SERVED.slow.holdAt("held-" + i, 0));
            Http1Wire reader = Http1Wire.connect(port);
            readers.add(reader);
            reader.send("GET", "/objects/films/held-" + i);
        }
        await().until(() -> SERVED.engineStats().budgetUsedBytes() == (long) BLOCKS * BLOCK_BYTES);

        try (Http1Wire wire = Http1Wire.connect(port)) {
            WireResponse refused = wire.ask("GET", "/objects/films/one-more");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.field("Retry-After")).hasValue("2");
            assertThat(refused.text()).contains("urn:rangestream:problem:overloaded");
        }
        try (GrpcClient client = GrpcClient.connect(port)) {
            StatusRuntimeException refused =
                    catchThrowableOfType(
                            StatusRuntimeException.class,
                            () ->
                                    client.blocking()
                                            .readRange(
                                                    ReadRangeRequest.newBuilder()
                                                            .setBucket(FILMS)
                                                            .setKey("one-more")
                                                            .build())
                                            .forEachRemaining(_ -> {}));
            assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
            assertThat(GrpcFailure.of(refused).retryInfo().orElseThrow().getRetryDelay())
                    .isEqualTo(com.google.protobuf.Duration.newBuilder().setSeconds(2).build());
        }

        held.forEach(hold -> hold.complete(null));
        for (Http1Wire reader : readers) {
            assertThat(reader.readAnswer("GET").body()).isEqualTo(bytes);
            reader.close();
        }
        try (Http1Wire wire = Http1Wire.connect(port)) {
            assertThat(wire.ask("GET", "/objects/films/one-more").status()).isEqualTo(200);
        }
    }
}
