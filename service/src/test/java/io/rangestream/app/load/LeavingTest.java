package io.rangestream.app.load;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.PAUSED_BYTES;
import static io.rangestream.app.ServedEndpoints.TEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.contract.ContractRequest;
import io.rangestream.app.contract.GrpcEndpointClient;
import io.rangestream.app.contract.HttpEndpointClients;
import io.rangestream.app.load.DisconnectingClient.Way;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.app.rpc.GrpcFailure;
import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.ReadAheadConfig;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.transport.PauseLimits;
import io.rangestream.v1.RangeStreamServiceGrpc;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Clients that cancel or disconnect before they have the whole response: the store's fetch is
 * cancelled within a second.
 */
@ServerTest
@Timeout(60)
final class LeavingTest {
    /**
     * A long idle timeout, so that a fetch is cancelled because its client is gone, and not because
     * it is idle.
     */
    private static final EngineConfig LONG_IDLE_TIMEOUT =
            new EngineConfig(
                    ServedEndpoints.MEMORY_BYTES,
                    EngineConfig.DEFAULT_BLOCK_BYTES,
                    ReadAheadConfig.DEFAULT,
                    EngineConfig.DEFAULT_METADATA_TTL,
                    Duration.ofMinutes(1),
                    EngineConfig.DEFAULT_FIRST_BYTE_DEADLINE,
                    EngineConfig.DEFAULT_MEMORY_WAIT);

    private static final ServedEndpoints SERVED =
            new ServedEndpoints(
                    Arrays.stream(Way.values())
                            .collect(Collectors.toMap(Way::name, way -> (long) PAUSED_BYTES)),
                    PauseLimits.DEFAULT,
                    LONG_IDLE_TIMEOUT);
    private static final Duration SOON = Duration.ofSeconds(1);

    private final int port;

    LeavingTest(WebServer server) {
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

    @ParameterizedTest
    @EnumSource
    @Covers("client-leaves-any-state")
    void cancelByPausedReaderFreesTheFetch(Way way) throws IOException {
        String key = way.name();
        try (DisconnectingClient peer = DisconnectingClient.ask(way, port, LARGE, key)) {
            await().until(() -> SERVED.large.isIdle(key));
            peer.leave();
            await().atMost(SOON).until(() -> SERVED.lineOf(key).isPresent());
            await().atMost(SOON).until(() -> SERVED.large.openFetches(key) == 0);
        }
    }

    /**
     * Pipelined requests that arrive while the first one waits for the store are buffered and
     * answered in order.
     */
    @Test
    void pipelinedRequestsDuringStoreWaitAreAnswered() throws IOException {
        String key = "pipelined";
        SERVED.memory.put(FILMS, key, ALPHABET, TEXT);
        CompletableFuture<Void> released = SERVED.slow.holdAt(key, 0);
        try (Http1Wire wire = Http1Wire.connect(port)) {
            wire.send("GET", "/objects/films/" + key);
            await().during(SOON).until(() -> SERVED.films.openFetches(key) == 1);
            wire.send("GET", "/objects/films/A");
            wire.send("GET", "/objects/films/O");
            await().during(SOON).until(() -> SERVED.films.openFetches(key) == 1);
            released.complete(null);
            for (int i = 0; i < 2; i++) {
                assertThat(wire.readAnswer("GET").body()).isEqualTo(ALPHABET);
            }
            assertThat(wire.readAnswer("GET").text()).isEqualTo("o");
            assertThat(wire.ask("GET", "/objects/films/A").body()).isEqualTo(ALPHABET);
        }
    }

    @Test
    void halfClosedConnectionStillGetsItsResponse() throws IOException {
        String key = "half closed";
        SERVED.memory.put(FILMS, key, ALPHABET, TEXT);
        CompletableFuture<Void> released = SERVED.slow.holdAt(key, 0);
        try (Http1Wire wire = Http1Wire.connect(port)) {
            wire.send("GET", "/objects/films/" + HttpEndpointClients.encode(key));
            await().until(() -> SERVED.films.openFetches(key) == 1);
            wire.shutdownOutput();
            await().during(SOON).until(() -> SERVED.films.openFetches(key) == 1);
            released.complete(null);
            assertThat(wire.readAnswer("GET").body()).isEqualTo(ALPHABET);
            assertThat(wire.isAtEnd()).isTrue();
        }
    }

    @Test
    void disconnectIsLoggedAsPeerGone() throws IOException {
        String key = "leaves and is logged";
        SERVED.memory.put(FILMS, key, new byte[PAUSED_BYTES], TEXT);
        try (DisconnectingClient peer =
                DisconnectingClient.ask(Way.HTTP_1_RESET, port, FILMS, key)) {
            await().until(() -> SERVED.films.isIdle(key));
            peer.leave();
            await().atMost(SOON).until(() -> SERVED.lineOf(key).isPresent());
        }
        RequestLine line = SERVED.lineOf(key).orElseThrow();
        assertThat(line.outcome()).isEqualTo(Outcome.PEER_GONE);
    }

    @ParameterizedTest
    @EnumSource
    void cancelDuringStoreWaitFreesFetchAndThread(Way way) throws IOException {
        for (long position : new long[] {0, 10}) {
            String key = way + " at " + position;
            SERVED.memory.put(FILMS, key, ALPHABET, TEXT);
            var _ = SERVED.slow.holdAt(key, position);
            try (DisconnectingClient peer = DisconnectingClient.ask(way, port, FILMS, key)) {
                await().until(() -> SERVED.films.openFetches(key) == 1);
                peer.leave();
                await().atMost(SOON).until(() -> SERVED.films.openFetches(key) == 0);
                await().atMost(SOON).until(() -> SERVED.lineOf(key).isPresent());
            }
            RequestLine line = SERVED.lineOf(key).orElseThrow();
            assertThat(line.outcome()).isEqualTo(Outcome.PEER_GONE);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 10})
    void deadlineDuringStoreWaitReturnsStatusAndFreesTheFetch(long position) {
        String key = "deadline at " + position;
        SERVED.memory.put(FILMS, key, ALPHABET, TEXT);
        var _ = SERVED.slow.holdAt(key, position);
        try (GrpcClient client = GrpcClient.connect(port)) {
            // Sent as plain metadata, so that the client does not enforce the deadline itself: the
            // server ends the call.
            Metadata timeout = new Metadata();
            timeout.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), "300m");
            var stub =
                    RangeStreamServiceGrpc.newBlockingStub(client.channel())
                            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(timeout));
            StatusRuntimeException failure =
                    catchThrowableOfType(
                            StatusRuntimeException.class,
                            () ->
                                    stub.readRange(
                                                    GrpcEndpointClient.request(
                                                            ContractRequest.of(key)))
                                            .forEachRemaining(_ -> {}));
            GrpcFailure details = GrpcFailure.of(failure);
            assertThat(details.code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            assertThat(details.reason()).isEqualTo("DEADLINE");
            await().atMost(SOON).until(() -> SERVED.films.openFetches(key) == 0);
        }
    }
}
