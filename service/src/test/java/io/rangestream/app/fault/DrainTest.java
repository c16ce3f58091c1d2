package io.rangestream.app.fault;

import static io.rangestream.app.rpc.RangesStream.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.rangestream.app.RunningServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.config.ServerConfig;
import io.rangestream.app.load.PausedCall;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.app.rpc.GrpcFailure;
import io.rangestream.app.rpc.RangesStream;
import io.rangestream.engine.EngineConfig;
import io.rangestream.http.HttpOptions;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireResponse;
import io.rangestream.transport.ActiveResponses;
import io.rangestream.transport.PauseLimits;
import io.rangestream.v1.ListBucketsRequest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Graceful shutdown: new gRPC calls are refused, HTTP connections are closed after their next
 * response, and reads in progress may complete within the grace period.
 */
@Timeout(60)
final class DrainTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final int LENGTH = 32 * 1024 * 1024;

    @TempDir private Path folder;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private Optional<RunningServer> server = Optional.empty();

    private void start(Duration grace) throws Exception {
        Files.write(folder.resolve("film"), PatternBytes.of(0, LENGTH));
        ServerConfig config =
                new ServerConfig(
                        new ServerConfig.Listener("127.0.0.1", 0, grace),
                        PauseLimits.DEFAULT,
                        HttpOptions.DEFAULT,
                        ServedEndpoints.tuning(EngineConfig.ofMemory(ServedEndpoints.MEMORY_BYTES)),
                        new TreeMap<>(
                                Map.of("f", new ServerConfig.Bucket.Directory(folder, false))));
        server =
                Optional.of(
                        RunningServer.start(
                                config,
                                new PrintStream(log, true, StandardCharsets.UTF_8),
                                Clock.systemUTC()));
    }

    @AfterEach
    void stop() {
        server.ifPresent(RunningServer::close);
    }

    private int port() {
        return URI.create("http://" + server.orElseThrow().authority()).getPort();
    }

    private ActiveResponses readers() {
        return server.orElseThrow().readers();
    }

    private CompletableFuture<Void> stopping() {
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(server.orElseThrow()::close);
        await().until(() -> readers().isDraining());
        return stopped;
    }

    private String logged() {
        return log.toString(StandardCharsets.UTF_8);
    }

    @Test
    void readThatEndsWithinTheGracePeriodIsComplete() throws Exception {
        start(LONG);
        try (Http1Wire wire = Http1Wire.connect(port());
                GrpcClient client = GrpcClient.connect(port())) {
            wire.send("GET", "/objects/f/film");
            PausedCall call = PausedCall.of(client, "f", "film");
            await().until(() -> readers().pausedReads() == 2);
            CompletableFuture<Void> stopped = stopping();
            call.resume();
            WireResponse answer = wire.readAnswer("GET");
            assertThat(answer.complete()).isTrue();
            assertThat(answer.body()).hasSize(LENGTH);
            assertThat(call.ended().join().getStatus().isOk()).isTrue();
            stopped.join();
        }
    }

    @Test
    void pausedReadsAreEndedAfterTheGracePeriod() throws Exception {
        start(SHORT);
        try (Http1Wire wire = Http1Wire.connectWithSmallBuffer(port());
                Http2Wire wire2 = Http2Wire.connect(port(), 65_535);
                GrpcClient client = GrpcClient.connect(port())) {
            wire.send("GET", "/objects/f/film");
            int streamId = wire2.send("GET", "/objects/f/film");
            PausedCall call = PausedCall.of(client, "f", "film");
            await().until(() -> readers().pausedReads() == 3);
            stopping().join();
            call.resume();
            GrpcFailure failure = GrpcFailure.of(call.ended().join());
            assertThat(failure.code()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(failure.reason()).isEqualTo("DRAINING");
            assertThat(failure.retryInfo()).isPresent();
            assertThat(wire.readAnswer("GET").complete()).isFalse();
            Http2Wire.Frame frame = wire2.readFrame();
            boolean receivedGoAway = false;
            while (frame.type() != Http2Wire.RST_STREAM) {
                assertThat(frame.endsStream()).isFalse();
                receivedGoAway |= frame.type() == Http2Wire.GOAWAY;
                frame = wire2.readFrame();
            }
            assertThat(frame.streamId()).isEqualTo(streamId);
            assertThat(receivedGoAway).isTrue();
            assertThat(logged().split("\"draining\"", -1)).hasSize(3);
            assertThat(logged()).containsOnlyOnce("\"DRAINING\"");
        }
    }

    @Test
    @Covers("bidireadrange-protocol-errors-object")
    void bidiStreamEndsOnceNoRangeIsOutstanding() throws Exception {
        start(LONG);
        try (GrpcClient client = GrpcClient.connect(port())) {
            RangesStream idle = RangesStream.of(client, "f", "film");
            RangesStream busy = RangesStream.paused(client, "f", "film");
            busy.ask(range(1, 0, LENGTH - 1));
            busy.takeOne();
            assertThat(idle.metadata().getCompleteLength()).isEqualTo(LENGTH);
            assertThat(busy.metadata().getCompleteLength()).isEqualTo(LENGTH);
            await().until(() -> readers().pausedReads() == 2);
            CompletableFuture<Void> stopped = stopping();
            assertDraining(GrpcFailure.of(idle.end()));
            busy.ask(range(2, 0, 9));
            busy.goOn();
            assertDraining(GrpcFailure.of(busy.error(2).getStatus()));
            assertThat(busy.bytes(1)).isEqualTo(PatternBytes.of(0, LENGTH));
            assertDraining(GrpcFailure.of(busy.end()));
            stopped.join();
        }
    }

    private static void assertDraining(GrpcFailure failure) {
        assertThat(failure.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(failure.reason()).isEqualTo("DRAINING");
        assertThat(failure.retryInfo()).isPresent();
    }

    @Test
    void drainRefusesNewCallsAndClosesConnections() throws Exception {
        start(LONG);
        try (Http1Wire wire = Http1Wire.connect(port());
                Http2Wire wire2 = Http2Wire.connect(port(), 65_535);
                Http1Wire paused = Http1Wire.connectWithSmallBuffer(port())) {
            assertThat(wire.ask("HEAD", "/objects/f/film").field("Connection")).isEmpty();
            assertThat(wire2.readAnswer(wire2.send("HEAD", "/objects/f/film")).status())
                    .isEqualTo(200);
            paused.send("GET", "/objects/f/film");
            await().until(() -> readers().pausedReads() == 1);
            CompletableFuture<Void> stopped = stopping();
            assertThat(wire2.readFrame().type()).isEqualTo(Http2Wire.GOAWAY);
            WireResponse last = wire.ask("GET", "/objects/f/film", "Range: bytes=0-9");
            assertThat(last.status()).isEqualTo(206);
            assertThat(last.field("Connection")).hasValue("close");
            assertThat(wire.isAtEnd()).isTrue();
            try (Http1Wire another = Http1Wire.connect(port())) {
                another.send("GET", "/observe/health/ready");
                assertThat(another.readHead().status()).isEqualTo(503);
            }
            int streamId =
                    wire2.sendCall(
                            "rangestream.v1.RangeStreamService/ListBuckets",
                            ListBucketsRequest.getDefaultInstance().toByteArray());
            assertThat(wire2.readFrame(streamId).fields())
                    .anyMatch(field -> field.getKey().equals("x-correlation-id"));
            Http2Wire.Frame refused = wire2.readFrame(streamId);
            assertThat(refused.endsStream()).isTrue();
            assertThat(refused.fields()).contains(Map.entry("grpc-status", "14"));
            assertThat(refused.fields())
                    .anyMatch(field -> field.getKey().equals("grpc-status-details-bin"));
            paused.reset();
            stopped.join();
            assertThat(logged()).containsOnlyOnce("\"DRAINING\"");
        }
    }

    @Test
    void drainWithoutReadersSkipsTheGracePeriod() throws Exception {
        start(LONG);
        long start = System.nanoTime();
        stopping().join();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
    }
}
