package io.rangestream.app.wire;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.TEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The server-sent events that report a viewer's reads to its page. */
@ServerTest
final class ReadEventsWireTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();

    private final int port;

    ReadEventsWireTest(WebServer server) {
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

    /** A listening page. The constructor reads the head of the response and the first comment. */
    private final class Listener implements AutoCloseable {
        private final Http1Wire wire = Http1Wire.connect(port);
        private String ahead = "";

        Listener(String viewer) throws IOException {
            wire.send("GET", "/api/reads?viewer=" + viewer, "Accept: text/event-stream");
            WireResponse head = wire.readHead();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.field("Content-Type").orElseThrow()).startsWith("text/event-stream");
            assertThat(readEvent()).startsWith(":");
        }

        private String readEvent() throws IOException {
            int end = ahead.indexOf("\n\n");
            while (end < 0) {
                ahead += new String(wire.readChunk(), StandardCharsets.UTF_8);
                end = ahead.indexOf("\n\n");
            }
            String event = ahead.substring(0, end);
            ahead = ahead.substring(end + 2);
            return event;
        }

        JsonObject readReport() throws IOException {
            List<String> lines = readEvent().lines().toList();
            assertThat(lines).hasSize(2).contains("event:read");
            String data = lines.get(1 - lines.indexOf("event:read"));
            assertThat(data).startsWith("data:");
            return JsonParser.parseString(data.substring("data:".length())).getAsJsonObject();
        }

        JsonObject readLastReport() throws IOException {
            JsonObject report = readReport();
            while (report.get("state").getAsString().equals("open")) {
                report = readReport();
            }
            return report;
        }

        @Override
        public void close() throws IOException {
            wire.close();
        }
    }

    @Test
    void sendsHeadAtOnceAndThenEachRead() throws IOException {
        // No other test reads this object, so its bytes come from the store.
        SERVED.memory.put(FILMS, "reported", ALPHABET, TEXT);
        try (Listener listener = new Listener("abc");
                Http1Wire media = Http1Wire.connect(port)) {
            WireResponse answer =
                    media.ask("GET", "/objects/films/reported?viewer=abc", "Range: bytes=3-7");
            assertThat(answer.text()).isEqualTo("defgh");

            JsonObject first = listener.readReport();
            assertThat(first.get("state").getAsString()).isEqualTo("open");
            JsonObject last = listener.readLastReport();
            assertThat(last.get("state").getAsString()).isEqualTo("complete");
            assertThat(last.get("id").getAsString())
                    .isEqualTo(answer.field("X-Correlation-Id").orElseThrow());
            assertThat(last.get("id")).isEqualTo(first.get("id"));
            assertThat(last.get("method").getAsString()).isEqualTo("GET");
            assertThat(last.get("bucket").getAsString()).isEqualTo("films");
            assertThat(last.get("key").getAsString()).isEqualTo("reported");
            assertThat(last.get("range").getAsString()).isEqualTo("bytes=3-7");
            assertThat(last.get("status").getAsInt()).isEqualTo(206);
            assertThat(last.get("firstPos").getAsLong()).isEqualTo(3);
            assertThat(last.get("lastPos").getAsLong()).isEqualTo(7);
            assertThat(last.get("completeLength").getAsLong()).isEqualTo(26);
            assertThat(last.get("bytes").getAsLong()).isEqualTo(5);
            assertThat(last.get("firstByteMillis").getAsDouble()).isPositive();
            assertThat(last.get("durationMillis").getAsDouble()).isPositive();
            assertThat(java.time.Instant.parse(last.get("startedAt").getAsString())).isNotNull();
            assertThat(last.getAsJsonObject("bytesByOrigin").get("store").getAsLong()).isEqualTo(5);
        }
    }

    @Test
    void reportsUnsatisfiableAndCutReads() throws IOException {
        SERVED.memory.put(FILMS, "cut", PatternBytes.of(0, 1000), TEXT);
        SERVED.faulty.failAt("cut", 100, id -> new Unavailable(id, "gone", null));
        try (Listener listener = new Listener("def");
                Http1Wire media = Http1Wire.connect(port)) {
            assertThat(
                            media.ask("GET", "/objects/films/A?viewer=def", "Range: bytes=100-")
                                    .status())
                    .isEqualTo(416);
            JsonObject unsatisfiable = listener.readLastReport();
            assertThat(unsatisfiable.get("status").getAsInt()).isEqualTo(416);
            assertThat(unsatisfiable.get("completeLength").getAsLong()).isEqualTo(26);
            assertThat(media.ask("GET", "/objects/films/cut?viewer=def").complete()).isFalse();
            JsonObject cut = listener.readLastReport();
            assertThat(cut.get("state").getAsString()).isEqualTo("cut");
            assertThat(cut.get("bytes").getAsLong()).isEqualTo(100);
        }
    }

    @Test
    void reportsReadThatFailsBeforePlan() throws IOException {
        try (Listener listener = new Listener("none");
                Http1Wire media = Http1Wire.connect(port)) {
            assertThat(media.ask("GET", "/objects/films/none?viewer=none").status()).isEqualTo(404);
            JsonObject missing = listener.readLastReport();
            assertThat(missing.get("status").getAsInt()).isEqualTo(404);
            assertThat(missing.get("key").getAsString()).isEqualTo("none");
        }
    }

    @Test
    void viewerReceivesOnlyItsReads() throws IOException {
        try (Listener listener = new Listener("mine");
                Http1Wire media = Http1Wire.connect(port)) {
            media.ask("GET", "/objects/films/A?viewer=theirs");
            media.ask("GET", "/objects/films/A");
            media.ask("GET", "/objects/films/O?viewer=mine");
            assertThat(listener.readReport().get("key").getAsString()).isEqualTo("O");
        }
    }

    @Test
    void reportCarriesTagOfTheMediaUrl() throws IOException {
        try (Listener listener = new Listener("shared");
                Http1Wire media = Http1Wire.connect(port)) {
            for (String tag : List.of("one", "two-2_B", "a".repeat(64))) {
                media.ask("GET", "/objects/films/A?viewer=shared&viewer-tag=" + tag);
                assertThat(listener.readLastReport().get("viewerTag").getAsString()).isEqualTo(tag);
            }
            for (String none : List.of("", "&viewer-tag=", "&viewer-tag=%22", "&viewer-tag=a+b")) {
                media.ask("GET", "/objects/films/A?viewer=shared" + none);
                assertThat(listener.readLastReport().has("viewerTag")).as(none).isFalse();
            }
            media.ask("GET", "/objects/films/A?viewer=shared&viewer-tag=" + "a".repeat(65));
            assertThat(listener.readLastReport().has("viewerTag")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?viewer=", "?viewer=a%20b", "?viewer=%0aX", "?other=abc"})
    void rejectsMissingOrInvalidViewer(String query) throws IOException {
        try (Http1Wire listener = Http1Wire.connect(port)) {
            WireResponse answer =
                    listener.ask("GET", "/api/reads" + query, "Accept: text/event-stream");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.field("Content-Type")).hasValue("application/problem+json");
            assertThat(answer.text()).contains("urn:rangestream:problem:invalid-request");
        }
    }

    @Test
    void rejectsTooLongViewer() throws IOException {
        try (Http1Wire listener = Http1Wire.connect(port)) {
            String target = "/api/reads?viewer=" + "a".repeat(65);
            assertThat(listener.ask("GET", target).status()).isEqualTo(400);
        }
    }

    /**
     * The number of listeners of one address, 127.0.0.1, is bounded; another address can still
     * listen.
     */
    @Test
    @Covers({"pages-listen-events-more", "listeners-api-reads"})
    void listenersPerAddressAreLimited() throws IOException {
        List<Http1Wire> listeners = new ArrayList<>();
        try {
            WireResponse answer = null;
            while (answer == null || answer.status() == 200) {
                assertThat(listeners).hasSizeLessThan(200);
                Http1Wire listener = Http1Wire.connect(port);
                listeners.add(listener);
                listener.send("GET", "/api/reads?viewer=v" + listeners.size());
                answer = listener.readHead();
            }
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.field("Retry-After")).hasValue("15");
            assertThat(answer.field("Content-Type")).hasValue("application/problem+json");
            try (Socket other = new Socket()) {
                other.bind(new InetSocketAddress("127.0.0.2", 0));
                other.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                other.getOutputStream()
                        .write(
                                "GET /api/reads?viewer=v HTTP/1.1\r\nHost: a\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                byte[] status = other.getInputStream().readNBytes("HTTP/1.1 200".length());
                assertThat(status).asString().isEqualTo("HTTP/1.1 200");
            }
        } finally {
            for (Http1Wire listener : listeners) {
                listener.reset();
            }
        }
        // A closed listener is removed without an event, which frees its place.
        await().until(() -> statusOfAnotherListener() == 200);
    }

    private int statusOfAnotherListener() throws IOException {
        try (Http1Wire listener = Http1Wire.connect(port)) {
            listener.send("GET", "/api/reads?viewer=again");
            return listener.readHead().status();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/reads", "/api/reads?viewer=a%20b"})
    void refusedListenerIsLogged(String target) throws IOException {
        try (Http1Wire listener = Http1Wire.connect(port)) {
            String id = listener.ask("GET", target).field("X-Correlation-Id").orElseThrow();
            RequestLine line =
                    await().until(() -> SERVED.line(id), Optional::isPresent).orElseThrow();
            assertThat(line.status()).isEqualTo("400");
            assertThat(line.operation()).isEqualTo("GET /api/reads");
        }
    }

    @Test
    void sendsEventsOverHttp2() throws IOException {
        try (Http2Wire listener = Http2Wire.connect(port, 65_535);
                Http1Wire media = Http1Wire.connect(port)) {
            int stream = listener.send("GET", "/api/reads?viewer=two");
            assertThat(listener.readFrame(stream).type()).isEqualTo(Http2Wire.HEADERS);
            assertThat(text(listener.readFrame(stream))).isEqualTo(": listening\n\n");
            media.ask("GET", "/objects/films/A?viewer=two");
            assertThat(text(listener.readFrame(stream))).startsWith("event:read\ndata:{");
        }
    }

    private static String text(Http2Wire.Frame frame) {
        return new String(frame.payload(), StandardCharsets.UTF_8);
    }
}
