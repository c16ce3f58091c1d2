package io.rangestream.app.clients;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.PAUSED;
import static io.rangestream.app.ServedEndpoints.TEXT;
import static io.rangestream.app.rpc.StatusCase.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.rpc.StatusCase;
import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.ReadAheadConfig;
import io.rangestream.http.HttpOptions;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.tool.ExternalTool;
import io.rangestream.testkit.tool.RequiresTool;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.transport.PauseLimits;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The error statuses that a Python client receives from servers with other settings, without free
 * memory, or in shutdown.
 */
@Timeout(60)
@RequiresTool(ExternalTool.PYTHON)
final class PythonInTroubleIT {
    private static final Duration LIMIT = Duration.ofMillis(1500);

    @TempDir private static Path folder;

    @BeforeAll
    static void makeStubs() throws IOException, InterruptedException {
        PythonClient.makeStubs(folder);
    }

    /** A server and a client connected to it. */
    private record Talk(ServedEndpoints served, WebServer server, PythonClient client)
            implements AutoCloseable {
        static Talk with(ServedEndpoints served) {
            WebServerConfig.Builder config = WebServer.builder().host("127.0.0.1").port(0);
            served.configure(config);
            WebServer server = config.build().start();
            return new Talk(served, server, PythonClient.start(folder, server.port()));
        }

        @Override
        public void close() {
            client.close();
            // Drains first, as the program does when it ends: an interrupt alone does not end a
            // paused read.
            served.drain();
            server.stop();
            served.close();
        }
    }

    @Test
    void accessDeniedIsReportedIfConfigured() {
        HttpOptions options =
                new HttpOptions(
                        HttpOptions.DEFAULT.origins(), Map.of(), true, OptionalLong.empty());
        try (Talk talk = Talk.with(new ServedEndpoints(options))) {
            talk.served.faulty.failAtOpen("denied", id -> new AccessDenied(id, null));
            for (String method : List.of("ReadRange", "StatObject")) {
                StatusCase denied =
                        new StatusCase(
                                method,
                                object(FILMS, "denied"),
                                "PERMISSION_DENIED",
                                "ACCESS_DENIED");
                denied.assertMatches(
                        talk.client.call(method, denied.request()).result(), talk.served);
            }
        }
    }

    @Test
    @Covers("grpc-each-row-contract")
    void readerPausedPastTheLimitGetsReaderPaused() {
        try (Talk talk = Talk.with(new ServedEndpoints(Map.of(), new PauseLimits(LIMIT, LIMIT)))) {
            PythonClient.Answer answer =
                    talk.client.pausing(
                            "ReadRange",
                            object(LARGE, PAUSED),
                            () -> await().until(() -> talk.served.lineOf(PAUSED).isPresent()));
            assertEndsAfterTheHeader("READER_PAUSED", answer, talk.served);
        }
    }

    @Test
    @Covers("grpc-each-row-contract")
    void drainEndsPausedReadAndRefusesNewCalls() {
        try (Talk talk = Talk.with(new ServedEndpoints())) {
            await().until(() -> isServing(talk.client, "rangestream.v1.RangeStreamService"));
            PythonClient.Answer answer =
                    talk.client.pausing(
                            "ReadRange",
                            object(LARGE, PAUSED),
                            () -> {
                                await().until(() -> talk.served.readers().pausedReads() == 1);
                                talk.served.drain();
                            });
            assertEndsAfterTheHeader("DRAINING", answer, talk.served);
            for (String service :
                    List.of(
                            "",
                            "rangestream.v1.RangeStreamService",
                            "google.bytestream.ByteStream")) {
                assertThat(isServing(talk.client, service)).isFalse();
            }
            for (String method : List.of("ReadRange", "StatObject")) {
                StatusCase refused =
                        new StatusCase(method, object(FILMS, "A"), "UNAVAILABLE", "DRAINING")
                                .retryAfter("1s");
                refused.assertMatches(
                        talk.client.call(method, refused.request()).result(), talk.served);
            }
        }
    }

    private static boolean isServing(PythonClient client, String service) {
        ForeignResponse result = client.call("Check", "{\"service\":\"" + service + "\"}").result();
        assertThat(result.code()).isEqualTo("OK");
        return result.parts().getFirst().get("status").getAsString().equals("SERVING");
    }

    private static void assertEndsAfterTheHeader(
            String reason, PythonClient.Answer answer, ServedEndpoints served) {
        ForeignResponse result = answer.result();
        List<String> kinds =
                result.parts().stream().map(part -> part.keySet().iterator().next()).toList();
        assertThat(kinds).doesNotContain("end").startsWith("header");
        new StatusCase(
                        "ReadRange",
                        object(LARGE, PAUSED),
                        "UNAVAILABLE",
                        reason,
                        Map.of(),
                        List.of(),
                        Optional.of("1s"),
                        kinds)
                .assertMatches(result, served);
        assertThat(result.parts("chunk"))
                .allMatch(chunk -> chunk.get("crc32c_is_right").getAsBoolean());
    }

    @Test
    void exhaustedMemoryReturnsOverloadedWithRetryDelay() throws IOException {
        int blockBytes = 1024;
        int blocks = (int) EngineConfig.LEAST_BLOCKS;
        EngineConfig small =
                new EngineConfig(
                        (long) blocks * blockBytes,
                        blockBytes,
                        new ReadAheadConfig(blockBytes, blockBytes, 1, blockBytes),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        Duration.ofMillis(100));
        try (Talk talk = Talk.with(new ServedEndpoints(Map.of(), PauseLimits.DEFAULT, small))) {
            List<Http1Wire> readers = new java.util.ArrayList<>();
            for (String key : IntStream.range(0, blocks).mapToObj(i -> "held-" + i).toList()) {
                talk.served.memory.put(FILMS, key, new byte[blockBytes], TEXT);
                var _ = talk.served.slow.holdAt(key, 0);
                Http1Wire reader = Http1Wire.connect(talk.server.port());
                readers.add(reader);
                reader.send("GET", "/objects/films/" + key);
            }
            long all = (long) blocks * blockBytes;
            await().until(() -> talk.served.engineStats().budgetUsedBytes() == all);
            talk.served.memory.put(FILMS, "one-more", ALPHABET, TEXT);
            StatusCase refused =
                    new StatusCase(
                                    "ReadRange",
                                    object(FILMS, "one-more"),
                                    "RESOURCE_EXHAUSTED",
                                    "OVERLOADED")
                            .retryAfter("2s");
            refused.assertMatches(
                    talk.client.call("ReadRange", refused.request()).result(), talk.served);
            for (Http1Wire reader : readers) {
                reader.close();
            }
        }
    }
}
